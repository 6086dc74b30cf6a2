using FsCheck.Xunit;
using SlurmBanking.BankConfig;

namespace SlurmBanking.Spec.Tests.BankConfig;

/// <summary>What bad input gets: the thing's name, its line and its column, and never a secret's value.</summary>
public sealed class ProblemTests
{
    private const string Canary = "s3cr3t-canary";
    private const string Api = "[API]\nurl = \"http://bank\"\ntoken = \"t\"\n";

    [Theory]
    [InlineData("[Enable]\nenable_everything = true\n", "5:1: warning: unknown key Enable.enable_everything")]
    [InlineData("[enable]\nenable_spank_plugin = true\n", "5:1: warning: unknown key enable.enable_spank_plugin: did you mean [Enable]?")]
    [InlineData("[Nope]\n  key = 1\n", "5:3: warning: unknown key Nope.key")]
    [InlineData("[Policy]\ncached_fur = \"1h\"\n", "5:1: warning: unknown key Policy.cached_fur")]
    [InlineData("[Policy.Partition.p]\nx = 1\n", "5:1: warning: unknown key Policy.Partition.p.x")]
    [InlineData("[Sidecar]\n\n# words\n clusters = \"a\"\n", "7:2: warning: unknown key Sidecar.clusters")]
    public void An_unknown_key_is_a_warning_with_its_place_and_stops_nothing(string text, string problem)
    {
        var reading = BankConfigReader.Read(Api + text + "[PartitionPrice]\nnormal = 2\n", "f");
        Assert.Equal("f:" + problem, Assert.Single(reading.Problems).ToString());
        Assert.Equal(2m, reading.Settings!.PartitionPrices["normal"]);
    }

    [Fact]
    public void An_unknown_key_in_the_bank_s_own_section_is_a_warning_too()
    {
        var reading = BankConfigReader.Read(Api + "tokens = \"" + Canary + "\"\n", "f");
        Assert.Equal("f:4:1: warning: unknown key API.tokens", Assert.Single(reading.Problems).ToString());
        Assert.NotNull(reading.Settings);
    }

    [Theory]
    [InlineData("[Enable]\nenable_spank_plugin = 1\n", 5, 1, "Enable.enable_spank_plugin must be true or false")]
    [InlineData("[Enable]\n  enable_spank_plugin = \"yes\"\n", 5, 3, "Enable.enable_spank_plugin must be true or false")]
    [InlineData("[PartitionPrice]\nnormal = -1\n", 5, 1, "PartitionPrice.normal must lie between 0 and 999999999.99, not -1")]
    [InlineData("[PartitionPrice]\nnormal = \"1\"\n", 5, 1, "PartitionPrice.normal must be a number")]
    [InlineData("[PartitionPrice]\nnormal = nan\n", 5, 1, "PartitionPrice.normal must lie between 0 and 999999999.99, not nan")]
    [InlineData("[PartitionPrice]\nnormal = inf\n", 5, 1, "PartitionPrice.normal must lie between 0 and 999999999.99, not inf")]
    [InlineData("[PartitionPrice]\nnormal = 1e400\n", 5, 1, "PartitionPrice.normal must lie between 0 and 999999999.99, not 1e400")]
    [InlineData("[PartitionPrice]\nn = 1000000000\n", 5, 1, "PartitionPrice.n must lie between 0 and 999999999.99, not 1000000000")]
    [InlineData("[PartitionPrice]\nnormal = 0.0000001\n", 5, 1, "PartitionPrice.normal has more than 6 decimals: 0.0000001")]
    [InlineData("[PartitionPrice]\nnormal = 1e-40\n", 5, 1, "PartitionPrice.normal has more than 6 decimals: 1e-40")]
    [InlineData("[PartitionPrice]\na.b = 1\n", 5, 1, "PartitionPrice.a.b leads too deep for a price: a name with dots goes in quotes")]
    [InlineData("[QosMultiplier]\nlow = -0.5\n", 5, 1, "QosMultiplier.low must lie between 0 and 999999999.99, not -0.5")]
    [InlineData("[TresPrice.gpu]\n\"gres/gpu\" = -2\n", 5, 1, "TresPrice.gpu.gres/gpu must lie between 0 and 999999999.99, not -2")]
    [InlineData("[TresPrice.gpu]\ncpu = 2\n", 5, 1, "TresPrice.gpu.cpu: the price of CPUs is given in [PartitionPrice]")]
    [InlineData("[TresPrice]\ngpu = 2\n", 5, 1, "TresPrice.gpu must be a table, [TresPrice.gpu...]")]
    [InlineData("[[PartitionPrice]]\nnormal = 2\n", 4, 1, "PartitionPrice must be a table, [PartitionPrice...]")]
    [InlineData("[Policy]\nmode = \"of course\"\n", 5, 1, "Policy.mode must be \"enforce\" or \"observe\", not \"of course\"")]
    [InlineData("[Policy]\nmode = true\n", 5, 1, "Policy.mode must be a text in quotes")]
    [InlineData(
        "[Policy]\nwhen_sidecar_unavailable = \"cached\"\n",
        5,
        1,
        "Policy.when_sidecar_unavailable must be \"allow\" or \"deny\", not \"cached\""
    )]
    [InlineData(
        "[Policy]\nwhen_bank_unavailable = \"Allow\"\n",
        5,
        1,
        "Policy.when_bank_unavailable must be \"allow\" or \"deny\" or \"cached\", not \"Allow\""
    )]
    [InlineData("[Policy]\nunpriced_partition = \"\"\n", 5, 1, "Policy.unpriced_partition must be \"free\" or \"refuse\", not \"\"")]
    [InlineData("[Policy]\nmissing_time_limit = \"x\"\n", 5, 1, "Policy.missing_time_limit must be \"refuse\" or \"assume\", not \"x\"")]
    [InlineData("[Policy]\nPartition = 1\n", 5, 1, "Policy.Partition must be a table, [Policy.Partition...]")]
    [InlineData("[Policy]\ncached_for = \"31d\"\n", 5, 1, "Policy.cached_for must lie between 0ms and 30d, not 31d")]
    [InlineData("[Policy]\nrefund_states = \"NODE_FAIL\"\n", 5, 1, "Policy.refund_states must be a list of texts in quotes")]
    [InlineData("[Policy]\nrefund_states = [1]\n", 5, 1, "Policy.refund_states must be a list of texts in quotes")]
    [InlineData("[Sidecar]\ndecision_deadline = \"3s\"\n", 5, 1, "Sidecar.decision_deadline must lie between 10ms and 2s, not 3s")]
    [InlineData("[Sidecar]\nbalance_ttl = \"999ms\"\n", 5, 1, "Sidecar.balance_ttl must lie between 1s and 1h, not 999ms")]
    [InlineData("[Sidecar]\njob_id_format = \"job\"\n", 5, 1, "Sidecar.job_id_format must contain {job_id}")]
    [InlineData(
        "[Sidecar]\njob_id_format = \"a.{job_id}\"\n",
        5,
        1,
        "Sidecar.job_id_format must not contain '.', '/' or '?': the bank answers 404 to such ids"
    )]
    [InlineData(
        "[Sidecar]\njob_id_format = \"{cluster}:{job_id}\"\ncluster = \"savio.edu\"\n",
        6,
        1,
        "Sidecar.cluster must not contain '.', '/' or '?' when it is part of job_id_format: such ids get a 404"
    )]
    public void What_can_not_be_meant_is_one_error_with_its_place(string text, int line, int column, string problem)
    {
        var reading = BankConfigReader.Read(Api + text, "f");
        Assert.Null(reading.Settings);
        Assert.Equal(new ConfigProblem("f", line, column, problem, IsError: true), Assert.Single(reading.Problems));
    }

    [Theory]
    [InlineData("[Policy]\ncached_for = \"1 hour\"\n", "not \"1 hour\"")]
    [InlineData("[Policy]\nassumed_time_limit = \"UNLIMITED\"\n", "not \"UNLIMITED\"")]
    [InlineData("[Policy]\nassumed_time_limit = \"0\"\n", "not \"0\"")]
    public void A_time_that_is_none_is_an_error_that_shows_how_one_is_written(string text, string end)
    {
        var problem = Assert.Single(BankConfigReader.Read(Api + text, "f").Problems);
        Assert.StartsWith("f:5:1: error: Policy.", problem.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(end, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[API]\ntoken = \"t\"\n", "API.url")]
    [InlineData("[API]\nurl = \"http://bank\"\n", "API.token (or API.token_file)")]
    [InlineData("", "API.url")]
    public void What_must_be_there_and_is_not_is_named(string text, string name)
    {
        var reading = BankConfigReader.Read(text, "f");
        Assert.Equal($"f:0:0: error: {name} is missing", Assert.Single(reading.Problems).ToString());
        Assert.Null(reading.Settings);
    }

    [Theory]
    [InlineData("[PartitionPrice]\na = 1\na = 2\n", 6, 1, "PartitionPrice.a is given twice, first in line 5")]
    [InlineData("[Policy]\n[Policy]\n", 5, 1, "Policy is given twice, first in line 4")]
    [InlineData("[PartitionPrice]\na = 1,5\n", 5, 6, "Unexpected token found")]
    [InlineData("[PartitionPrice]\na\n", 5, 2, "a key must be followed by = and a value")]
    public void Duplicate_keys_and_broken_syntax_are_errors_with_their_place(string text, int line, int column, string problem)
    {
        var reading = BankConfigReader.Read(Api + text, "f");
        Assert.Null(reading.Settings);
        Assert.Equal(new ConfigProblem("f", line, column, problem, IsError: true), reading.Problems[0]);
    }

    [Fact]
    public void All_errors_are_reported_in_the_order_of_the_file()
    {
        var text = "[Policy]\nmode = 1\n[PartitionPrice]\na = -1\n[Nope]\nx = 1\n" + Api + "timeout = \"1\"\n";
        Assert.Equal([2, 4, 6, 10], BankConfigReader.Read(text, "f").Problems.Select(static problem => problem.Line));
    }

    [Fact]
    public void A_text_that_the_parser_fails_on_is_an_error_like_any_other() =>
        Assert.Equal(
            "f:0:0: error: this is no TOML (ArgumentOutOfRangeException)",
            Assert.Single(BankConfigReader.Read("\"\"x\"\\", "f").Problems).ToString()
        );

    [Fact]
    public void A_file_beyond_the_bound_is_not_read() =>
        Assert.Equal(
            "f:0:0: error: longer than 1048576 characters",
            Assert.Single(BankConfigReader.Read(new string('#', (1 << 20) + 1), "f").Problems).ToString()
        );

    [Fact]
    public void A_megabyte_of_colons_is_no_time() =>
        Assert.False(
            BankConfigReader.Read(Api + $"[Policy]\nassumed_time_limit = \"{new string(':', 900_000)}\"\n", "f").Settings is not null
        );

    [Theory]
    [InlineData("token = \"s3cr3t-canary\"\ntoken = \"s3cr3t-canary\"")]
    [InlineData("token = s3cr3t-canary")]
    [InlineData("token = Token s3cr3t-canary")]
    [InlineData("token = \"s3cr3t-canary")]
    [InlineData("token = 's3cr3t-canary")]
    [InlineData("token \"s3cr3t-canary\"")]
    [InlineData("token = \"Token\" s3cr3t-canary")]
    [InlineData("token = \"\\s3cr3t-canary\"")]
    [InlineData("token = [\"s3cr3t-canary\"]")]
    [InlineData("token = \"\"\"s3cr3t-canary")]
    [InlineData("token: s3cr3t-canary")]
    [InlineData("token = 3141-s3cr3t-canary")]
    [InlineData("token = { a = \"s3cr3t-canary\" }")]
    [InlineData("token = \"s3cr3t-canary\"\n[API]\ntimeout = \"5s\"")]
    [InlineData("url = \"http://user:s3cr3t-canary@bank\"\ntoken = \"s3cr3t-canary\"\n[PartitionPrice]\nx = -1")]
    public void No_problem_repeats_a_secret(string api)
    {
        var reading = BankConfigReader.Read("[API]\n" + api + "\n", "f");
        Assert.NotEmpty(reading.Problems);
        Assert.DoesNotContain(
            reading.Problems,
            static problem =>
                problem.Text.Contains("s3cr3t", StringComparison.Ordinal) || problem.Text.Contains("canary", StringComparison.Ordinal)
        );
    }

    [Property(MaxTest = 1000)]
    public bool Random_text_never_throws(string? text)
    {
        var reading = BankConfigReader.Read(text ?? "", "f");
        return reading.Settings is null == reading.Problems.Any(static problem => problem.IsError);
    }

    [Property(MaxTest = 1000)]
    public bool Random_pieces_of_toml_never_throw(int[] picks)
    {
        string[] pieces =
        [
            "[",
            "]",
            "[[",
            "]]",
            "API",
            "Policy",
            ".",
            "Partition",
            "token",
            "=",
            "\"",
            "'",
            "\"\"\"",
            "\n",
            "\r\n",
            " ",
            "1",
            "-1",
            "1e9",
            "{",
            "}",
            ",",
            "#",
            "inf",
            "true",
            "\\",
            "\u0000",
            "\ud800",
            "PartitionPrice",
            "1979-05-27",
            ":",
            "0x1",
            "_",
            "TresPrice",
            "refund_states",
        ];
        var text = string.Concat(picks.Select(pick => pieces[(pick & int.MaxValue) % pieces.Length]));
        var reading = BankConfigReader.Read(text, "f");
        return reading.Settings is null == reading.Problems.Any(static problem => problem.IsError);
    }
}
