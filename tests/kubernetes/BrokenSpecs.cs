using System.Text.Json.Nodes;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Ways to break each field of a BankingConfig, from what docs and CRD say of it to people, and good surroundings for them. It
/// knows nothing of the code that judges.
/// </summary>
internal static class BrokenSpecs
{
    private static readonly JsonNode?[] Prices =
    [
        "-1",
        "-0.5",
        "1,5",
        "abc",
        "1e3",
        "1.1234567",
        "0.0000001",
        "1000000000",
        "",
        " 1",
        "0x10",
        "NaN",
        "1.",
        ".5",
        "+1",
        "1_000",
        true,
        1.5,
        -1,
        1_000_000_000,
    ];

    private static readonly string[] Keys = ["normal", "a.b", "GPU", "two words", "größe"];

    private static readonly (string Field, JsonNode?[] Values)[] PolicyFields =
    [
        ("mode", ["Enforce", "", "off", true]),
        ("whenBankUnavailable", ["maybe", "", "Allow", 0]),
        ("cachedFor", ["31d", "-1h", "1y", "", "1h30m", 60, "999999999d", "1 h"]),
        ("unpricedPartition", ["Free", "allow", false]),
        ("missingTimeLimit", ["guess", "", 1]),
        ("assumedTimeLimit", ["0", "1-", "abc", "00:00:30", "1-00:00:00:00", "-1", "", 60]),
        ("defaultAccount", [5, new JsonArray("a")]),
        ("refundStates", ["NODE_FAIL", new JsonArray(1), new JsonObject()]),
    ];

    /// <summary>All ways, in an order that visits every field before any a second time.</summary>
    public static IReadOnlyList<Breakage> All { get; } =
    [
        .. Table()
            .GroupBy(static way => way.Field, StringComparer.Ordinal)
            .SelectMany(static ways => ways.Select(static (way, turn) => (way, turn)))
            .OrderBy(static one => one.turn)
            .Select(static one => one.way),
    ];

    /// <summary>A good spec with more or less in it.</summary>
    public static JsonObject Good(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        bool Maybe() => random.Next(2) == 0;
        string Key() => Keys[random.Next(Keys.Length)];
        var spec = new JsonObject
        {
            ["api"] = new JsonObject
            {
                ["url"] = Maybe() ? "https://bank.example.org/api" : "http://bank:8080",
                ["tokenSecretRef"] = new JsonObject { ["name"] = "bank-token" },
            },
            ["sidecar"] = new JsonObject { ["selector"] = new JsonObject { ["app"] = "slurmctld" } },
        };
        if (Maybe())
        {
            spec["enable"] = new JsonObject { ["enableSpankPlugin"] = Maybe() };
        }

        if (Maybe())
        {
            spec["partitionPrices"] = new JsonObject { [Key()] = random.Next(100), ["debug"] = "0.25" };
        }

        if (Maybe())
        {
            spec["tresPrices"] = new JsonObject { ["debug"] = new JsonObject { ["gres/gpu"] = "12.5" } };
        }

        if (Maybe())
        {
            spec["qosMultipliers"] = new JsonObject { ["debug"] = 2 };
        }

        if (Maybe())
        {
            spec["policy"] = new JsonObject
            {
                ["mode"] = Maybe() ? "observe" : "enforce",
                ["cachedFor"] = "2h",
                ["partitions"] = new JsonObject { ["debug"] = new JsonObject { ["unpricedPartition"] = "refuse" } },
            };
        }

        if (Maybe())
        {
            spec["sidecar"]!["balanceTtl"] = "1m";
        }

        return spec;
    }

    private static IEnumerable<Breakage> Table()
    {
        foreach (var flag in new[] { "enableJobSubmitPlugin", "enableSpankPlugin", "enableJobCompletePlugin" })
        {
            yield return Way($"spec.enable.{flag}", "true", "enable", flag);
            yield return Way($"spec.enable.{flag}", 1, "enable", flag);
        }

        foreach (var (value, turn) in Prices.Select(static (value, turn) => (value, turn)))
        {
            var key = Keys[turn % Keys.Length];
            yield return Way($"spec.partitionPrices[{key}]", value, "partitionPrices", key);
            yield return Way($"spec.tresPrices[{key}][mem]", value, "tresPrices", key, "mem");
            yield return Way($"spec.qosMultipliers[{key}]", value, "qosMultipliers", key);
        }

        yield return Way("spec.tresPrices[gpu][cpu]", 1, "tresPrices", "gpu", "cpu");
        yield return Way("spec.tresPrices[gpu]", 1, "tresPrices", "gpu");
        yield return Way("spec.partitionPrices", "normal=1", "partitionPrices");
        foreach (
            var value in new JsonNode?[] { null, "", "bank", "ftp://bank", "https://", "https://u:p@bank", "https://u@bank", "//bank", 7 }
        )
        {
            yield return Way("spec.api.url", value, "api", "url");
        }

        foreach (var reference in new[] { "tokenSecretRef", "caSecretRef" })
        {
            foreach (var value in new JsonNode?[] { null, "", "Bank", "-x", "a/b", "a_b", 5 })
            {
                // "Missing" is that there is a reference, to nothing.
                yield return value is null
                    ? new Breakage($"spec.api.{reference}.name", new JsonObject(), ["api", reference])
                    : Way($"spec.api.{reference}.name", value, "api", reference, "name");
            }

            foreach (var value in new JsonNode?[] { "", "..", "../token", "a b", "größe" })
            {
                var whole = new JsonObject { ["name"] = "bank", ["key"] = value!.DeepClone() };
                yield return new Breakage($"spec.api.{reference}.key", whole, ["api", reference]);
            }
        }

        foreach (var value in new JsonNode?[] { "99ms", "6m", "5", "5 s", "-5s", "1w", "", 5 })
        {
            yield return Way("spec.api.timeout", value, "api", "timeout");
        }

        foreach (var (field, values) in PolicyFields)
        {
            foreach (var (value, turn) in values.Select(static (value, turn) => (value, turn)))
            {
                var key = Keys[turn % Keys.Length];
                yield return Way($"spec.policy.{field}", value, "policy", field);
                yield return Way($"spec.policy.partitions[{key}].{field}", value, "policy", "partitions", key, field);
            }
        }

        foreach (var value in new JsonNode?[] { "cached", "Allow", "", 0 })
        {
            yield return Way("spec.policy.whenSidecarUnavailable", value, "policy", "whenSidecarUnavailable");
        }

        foreach (var value in new JsonNode?[] { "", "a/b", "-x", "x-", "a b", "..", new string('a', 65), 5 })
        {
            yield return Way("spec.sidecar.cluster", value, "sidecar", "cluster");
        }

        foreach (var value in new JsonNode?[] { "", "job", "{job_id}.x", "a/{job_id}", "{JOB_ID}", "{job_id}?", 5 })
        {
            yield return Way("spec.sidecar.jobIdFormat", value, "sidecar", "jobIdFormat");
        }

        foreach (var value in new JsonNode?[] { "9ms", "3s", "", "soon", 250 })
        {
            yield return Way("spec.sidecar.decisionDeadline", value, "sidecar", "decisionDeadline");
        }

        foreach (var value in new JsonNode?[] { "999ms", "2h", "0s", 30 })
        {
            yield return Way("spec.sidecar.balanceTtl", value, "sidecar", "balanceTtl");
        }

        foreach (var value in new JsonNode?[] { 80, 0, -1, 1023, 65536, "9465", 1.5 })
        {
            yield return Way("spec.sidecar.port", value, "sidecar", "port");
        }

        foreach (
            var (label, value) in new[] { ("app", "not a label"), ("app", "-x"), ("a b", "x"), ("-a", "x"), ("app", new string('x', 64)) }
        )
        {
            yield return Way($"spec.sidecar.selector[{label}]", value, "sidecar", "selector", label);
        }

        foreach (var (kind, reference) in new[] { ("slinky", "controllerRef"), ("soperator", "slurmClusterRef") })
        {
            foreach (var value in new JsonNode?[] { "", "Slurm", "a b", "-a", 5 })
            {
                yield return Way($"spec.slurm.{kind}.{reference}.name", value, "slurm", kind, reference, "name");
            }

            yield return new Breakage($"spec.slurm.{kind}.{reference}", new JsonObject(), ["slurm", kind]);
        }

        yield return new Breakage(
            "spec.slurm.soperator",
            JsonNode.Parse("""{"slinky":{"controllerRef":{"name":"a"}},"soperator":{"slurmClusterRef":{"name":"a"}}}"""),
            ["slurm"]
        );
        foreach (var value in new JsonNode?[] { "Keep", "delete", "", true })
        {
            yield return Way("spec.deletionPolicy", value, "deletionPolicy");
        }
    }

    private static Breakage Way(string field, JsonNode? value, params string[] path) => new(field, value, path);
}
