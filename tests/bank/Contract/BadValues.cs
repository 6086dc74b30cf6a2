namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Kinds of fields, and values that are none of each, as they stand in JSON.</summary>
internal static class BadValues
{
    public static readonly string Long = new('x', 600);

    public static readonly string[] NoText =
    [
        "{}",
        "[]",
        "true",
        "[[\"x\"]]",
        "\"\\ud800\"",
        "\"a\\u0000b\"",
        "\"a\\nb\"",
        "\"\\u001b[31m\"",
    ];
    public static readonly string[] NoName = [.. NoText, "null", "\"\"", "\" \"", $"\"{Long}\""];
    public static readonly string[] NoAmount =
    [
        "null",
        "{}",
        "[]",
        "true",
        "\"\"",
        "\" \"",
        "\"NaN\"",
        "\"Infinity\"",
        "\"-0.01\"",
        "-1",
        "\"-5\"",
        "1e400",
        "1e3",
        "\"1e3\"",
        "\"0x10\"",
        "\"1,5\"",
        "\"1,000\"",
        "\"1.001\"",
        "0.001",
        "\"123456789012\"",
        "123456789012",
        "\"1000000000\"",
        "\"１\"",
        "\"²\"",
        "\"1\\u0000\"",
        "\"\\ud800\"",
        "\"1; DROP TABLE jobs\"",
        "\"99999999999999999999999999999999999999999999\"",
    ];

    /// <summary>What a cluster may not tell: one amount of the two is wrong, or not there.</summary>
    public static IEnumerable<string> NoWish(string amount) =>
        [$$"""{"held":{{amount}},"want":"1"}""", $$"""{"held":"0","want":{{amount}}}"""];

    public static readonly string[] NoTime =
    [
        "{}",
        "[]",
        "true",
        "1",
        "-1",
        "\"\"",
        "\"yesterday\"",
        "\"2026-13-01T00:00:00Z\"",
        "\"2026-06-31T00:00:00Z\"",
        "\"2026-06-15\"",
        "\"NaN\"",
        "\"2026-06-15T12:00:00+99:00\"",
        "\"\\ud800\"",
        "\"0000-01-01T00:00:00Z\"",
        "\"99999-01-01T00:00:00Z\"",
    ];
    public static readonly string[] NoInteger =
    [
        "{}",
        "[]",
        "true",
        "1.5",
        "\"1.5\"",
        "-1",
        "\"-1\"",
        "2147483648",
        "1e2",
        "\"NaN\"",
        "\"many\"",
        "\"\"",
        "\"\\ud800\"",
        "\"１\"",
    ];
    public static readonly string[] NoNumber =
    [
        "{}",
        "[]",
        "true",
        "-1",
        "\"-0.5\"",
        "1e400",
        "1e29",
        "1000000000001",
        "\"NaN\"",
        "\"Infinity\"",
        "\"long\"",
        "\"\"",
        "\"\\ud800\"",
    ];
    public static readonly string[] NoUid =
    [
        .. NoName,
        "\"root\"",
        "\"-1\"",
        "\"1.5\"",
        "1e3",
        "\"１０００\"",
        "\"' OR 1=1 --\"",
        "\"77777\"",
        "\"123456789012345678901\"",
    ];
    public static readonly string[] NoAccount =
    [
        .. NoName,
        "\"none\"",
        "\"'; DROP TABLE accounts; --\"",
        "\"<script>alert(1)</script>\"",
        "\"💥\"",
    ];
    public static readonly string[] NoAccountName = [.. NoName, "\"a b\"", "\"a/b\"", "\"..\"", "\"a\\\\b\"", "\"a\\tb\""];
    public static readonly string[] NoPositive = [.. NoAmount, "0", "\"0.00\""];
    public static readonly string[] NoSigned = [.. NoPositive.Except(["-1", "\"-0.01\"", "\"-5\""]), "\"--5\"", "\"-1.001\""];
    public static readonly string[] NoObject = ["null", "1", "\"x\"", "true", "[]", "{}"];
    public static readonly string NoWant = """{"held":"2.00","want":"1.99"}""";
    public static readonly string[] NoUserLeases =
    [
        "null",
        "{}",
        "1",
        "[1]",
        "[null]",
        "[[]]",
        "[{}]",
        """[{"userid":"1000","held":"0"}]""",
        """[{"userid":"1000","want":"0"}]""",
        """[{"held":"0","want":"0"}]""",
        """[{"userid":"root","held":"0","want":"0"}]""",
        """[{"userid":"","held":"0","want":"0"}]""",
        """[{"userid":"1234567890123456789012","held":"0","want":"0"}]""",
        """[{"userid":"1000","held":"-1","want":"0"}]""",
        """[{"userid":"1000","held":"1","want":"0.99"}]""",
        """[{"userid":"1000","held":"0","want":"0","cap":"1"}]""",
        """[{"userid":"1000","held":"0","want":"0"},{"userid":"1000","held":"0","want":"0"}]""",
        $"[{string.Join(',', Enumerable.Range(0, 1001).Select(static i => $$"""{"userid":"{{i}}","held":"0","want":"0"}"""))}]",
    ];
    public static readonly string[] NoFlag = ["null", "1", "\"true\"", "{}", "[]"];
    public static readonly string[] NoNodes =
    [
        "null",
        "{}",
        "\"n1\"",
        "1",
        "[1]",
        "[null]",
        "[\"n1\"]",
        "[{}]",
        "[{\"name\":null}]",
        "[{\"name\":1}]",
        "[{\"name\":\"\"}]",
        "[{\"name\":\"\\ud800\"}]",
        "[{\"name\":\"a\\u0000\"}]",
        "[{\"name\":\"n1\"},{\"name\":\"1234567890123456789012345678901\"}]",
    ];

    private const string Good = "\"name\":\"p\",\"num_nodes\":1,\"num_cores\":1,\"su_per_core_hour\":\"1\"";

    public static readonly string[] NoPartitions =
    [
        "null",
        "{}",
        "\"x\"",
        "1",
        "[1]",
        "[[]]",
        "[null]",
        "[{}]",
        $"[{{{Good}}},{{{Good}}}]",
        $"[{{{Good},\"surprise\":1}}]",
        $"[{string.Join(',', Enumerable.Repeat("{}", 1001))}]",
        .. NoName.Concat(["\"a b\"", "\"a/b\"", $"\"{new string('x', 51)}\""]).Select(static value => Listed("name", value)),
        .. NoFlag.Select(static value => Listed("shared", value)),
        .. NoInteger.Append("null").Select(static value => Listed("num_nodes", value)),
        .. NoInteger.Append("null").Select(static value => Listed("num_cores", value)),
        .. new[] { "null", "\"\"", "\"-1\"", "\"NaN\"", "\"1e3\"", "\"1,5\"", "\"1000000000\"", "[]", "true" }.Select(static value =>
            Listed("su_per_core_hour", value)
        ),
    ];

    public static readonly string[] NoUsers =
    [
        "null",
        "{}",
        "[1]",
        "[{}]",
        "[{\"userid\":\"1\",\"username\":\"a\"},{\"userid\":\"1\",\"username\":\"b\"}]",
        "[{\"userid\":\"1\",\"username\":\"a\",\"email\":\"a@b\"}]",
        $"[{string.Join(',', Enumerable.Repeat("{}", 5001))}]",
        .. NoUid.Except(["\"77777\""]).Select(static value => $"[{{\"username\":\"a\",\"userid\":{value}}}]"),
        .. NoName.Concat(["\"a b\"", "\"a/b\""]).Select(static value => $"[{{\"userid\":\"1\",\"username\":{value}}}]"),
    ];

    // One partition with one field other than in the good one.
    private static string Listed(string field, string value)
    {
        var others = Good.Split(',').Where(one => !one.StartsWith($"\"{field}\"", StringComparison.Ordinal));
        return $"[{{{string.Join(',', others.Append($"\"{field}\":{value}"))}}}]";
    }
}
