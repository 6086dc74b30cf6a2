using System.Globalization;
using System.Text.Json.Nodes;
using SlurmBanking.BankConfig;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>
/// A good spec by seed, and beside each value what the sidecar is to make of it: said from what the value was made of, never
/// read back from a text.
/// </summary>
internal sealed class GeneratedSpec
{
    private static readonly string[] OddNames =
    [
        "",
        " ",
        ".",
        "a.b",
        "Normal",
        "größe",
        "日本",
        "say \"hi\"",
        @"C:\temp",
        "#",
        "]\n[API]\nurl = \"https://evil.example.org\"",
        "'''",
        "true",
        "1e3",
        "\0\a\u007f\u0085\u2028",
        "😀",
        "__proto__",
        "-",
    ];

    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];

    private readonly Random _random;

    public GeneratedSpec(int seed)
    {
        _random = new Random(seed);
        var cluster = Maybe() ? Pick("savio", "Savio_4", "a", "0-x") : null;
        var settings = new BankSettings
        {
            Api = Api(),
            PartitionPrices = Prices("partitionPrices"),
            QosMultipliers = Prices("qosMultipliers"),
        };
        settings = settings with { Enable = Enable(), TresPrices = Tres(), Sidecar = Sidecar(cluster) };
        Expected = Policies(settings);
    }

    /// <summary>As kubectl would send it.</summary>
    public JsonObject Spec { get; } = [];

    public BankSettings Expected { get; }

    private ApiSettings Api()
    {
        var host = Pick("bank.example.org", "bank:8443", "[::1]:80", "10.0.0.1");
        var path = Pick("", "/mybrc-rest", "/a/b%20c");
        var scheme = Pick("http", "https");
        var api = new JsonObject { ["url"] = $"{scheme}://{host}{path}{Pick("", "/")}" };
        var (key, given) = Maybe() ? (Pick("token", "t.o-k_e.n", "..data"), true) : ("token", false);
        api["tokenSecretRef"] = new JsonObject { ["name"] = "bank-token" };
        if (given)
        {
            api["tokenSecretRef"]!["key"] = key;
        }

        var ca = "";
        if (Maybe())
        {
            api["caSecretRef"] = new JsonObject { ["name"] = "bank-ca" };
            ca = "ca.crt";
            if (Maybe())
            {
                api["caSecretRef"]!["key"] = ca = "root.pem";
            }

            ca = $"/etc/slurm-banking/bank-ca/{ca}";
        }

        var timeout = Maybe() ? Duration(api, "timeout", 100, 300_000) : TimeSpan.FromSeconds(5);
        Spec["api"] = api;
        return new ApiSettings
        {
            Url = new Uri($"{scheme}://{host}{path}"),
            TokenFile = $"/etc/slurm-banking/token/{key}",
            CaFile = ca,
            Timeout = timeout,
        };
    }

    private EnableSettings Enable()
    {
        if (!Maybe())
        {
            return new EnableSettings
            {
                JobSubmit = true,
                Spank = true,
                JobComplete = true,
            };
        }

        var enable = new JsonObject();
        bool Flag(string name)
        {
            var (isGiven, value) = (Maybe(), Maybe());
            if (isGiven)
            {
                enable[name] = value;
            }

            return !isGiven || value;
        }

        var settings = new EnableSettings
        {
            JobSubmit = Flag("enableJobSubmitPlugin"),
            Spank = Flag("enableSpankPlugin"),
            JobComplete = Flag("enableJobCompletePlugin"),
        };
        Spec["enable"] = enable;
        return settings;
    }

    private Dictionary<string, decimal> Prices(string field)
    {
        if (!Maybe())
        {
            return [];
        }

        var (prices, expected) = Table();
        Spec[field] = prices;
        return expected;
    }

    private Dictionary<string, IReadOnlyDictionary<string, decimal>> Tres()
    {
        var expected = new Dictionary<string, IReadOnlyDictionary<string, decimal>>(StringComparer.Ordinal);
        if (Maybe())
        {
            var tres = new JsonObject();
            for (var i = _random.Next(4); i > 0; i--)
            {
                var partition = Name();
                var (prices, amounts) = Table();
                tres[partition] = prices;
                expected.Remove(partition);
                if (amounts.Count > 0)
                {
                    // Without a price there is nothing to say of a partition.
                    expected[partition] = amounts;
                }
            }

            Spec["tresPrices"] = tres;
        }

        return expected;
    }

    private (JsonObject Prices, Dictionary<string, decimal> Expected) Table()
    {
        var (prices, expected) = (new JsonObject(), new Dictionary<string, decimal>(StringComparer.Ordinal));
        for (var i = _random.Next(5); i > 0; i--)
        {
            var name = Name();
            var whole = _random.Next(3) switch
            {
                0 => 0,
                1 => _random.Next(100),
                _ => _random.Next(1_000_000_000),
            };
            var digits = _random.Next(7);
            var part = digits == 0 || whole == 999_999_999 ? 0 : _random.Next((int)Math.Pow(10, digits));
            expected[name] = whole + ((decimal)part / (int)Math.Pow(10, digits));
            prices[name] =
                digits == 0
                    ? Maybe()
                        ? JsonValue.Create(whole)
                        : JsonValue.Create(whole.ToString(CultureInfo.InvariantCulture))
                    : JsonValue.Create($"{whole}.{part.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}");
        }

        return (prices, expected);
    }

    private SidecarSettings Sidecar(string? cluster)
    {
        var sidecar = new JsonObject();
        if (cluster is not null)
        {
            sidecar["cluster"] = cluster;
        }

        var format = "{job_id}";
        if (Maybe())
        {
            sidecar["jobIdFormat"] = format = Pick("{cluster}:{job_id}", "x-{job_id}-y", "{job_id}{job_id}", "\"{job_id}\\");
        }

        var settings = new SidecarSettings
        {
            // The object's own name.
            Cluster = cluster ?? "savio",
            JobIdFormat = format,
            DecisionDeadline = Maybe() ? Duration(sidecar, "decisionDeadline", 10, 2000) : TimeSpan.FromMilliseconds(250),
            BalanceTtl = Maybe() ? Duration(sidecar, "balanceTtl", 1000, 3_600_000) : TimeSpan.FromSeconds(30),
        };
        if (sidecar.Count > 0)
        {
            Spec["sidecar"] = sidecar;
        }

        return settings;
    }

    private BankSettings Policies(BankSettings settings)
    {
        var general = new PolicySettings
        {
            Mode = PolicyMode.Enforce,
            WhenSidecarUnavailable = OutagePolicy.Allow,
            WhenBankUnavailable = OutagePolicy.Allow,
            CachedFor = TimeSpan.FromHours(1),
            RefuseUnpricedPartition = false,
            AssumeMissingTimeLimit = false,
            AssumedTimeLimit = TimeSpan.FromDays(7),
            DefaultAccount = "",
            RefundStates = ["NODE_FAIL", "BOOT_FAIL"],
        };
        var partitions = new Dictionary<string, PolicySettings>(StringComparer.Ordinal);
        if (Maybe())
        {
            var policy = new JsonObject();
            general = Policy(policy, general);
            if (Maybe())
            {
                var deny = Maybe();
                policy["whenSidecarUnavailable"] = deny ? "deny" : "allow";
                general = general with { WhenSidecarUnavailable = deny ? OutagePolicy.Deny : OutagePolicy.Allow };
            }

            if (Maybe())
            {
                var own = new JsonObject();
                for (var i = _random.Next(4); i > 0; i--)
                {
                    var (name, keys) = (Name(), new JsonObject());
                    own[name] = keys;
                    partitions.Remove(name);
                    var expected = Policy(keys, general);
                    if (keys.Count > 0)
                    {
                        partitions[name] = expected;
                    }
                }

                policy["partitions"] = own;
            }

            Spec["policy"] = policy;
        }

        return settings with
        {
            Policy = general,
            PartitionPolicies = partitions,
        };
    }

    private PolicySettings Policy(JsonObject keys, PolicySettings policy)
    {
        if (Maybe())
        {
            var observe = Maybe();
            keys["mode"] = observe ? "observe" : "enforce";
            policy = policy with { Mode = observe ? PolicyMode.Observe : PolicyMode.Enforce };
        }

        if (Maybe())
        {
            var (word, means) = _random.Next(3) switch
            {
                0 => ("allow", OutagePolicy.Allow),
                1 => ("deny", OutagePolicy.Deny),
                _ => ("cached", OutagePolicy.Cached),
            };
            keys["whenBankUnavailable"] = word;
            policy = policy with { WhenBankUnavailable = means };
        }

        if (Maybe())
        {
            policy = policy with { CachedFor = Duration(keys, "cachedFor", 0, 30L * 86_400_000) };
        }

        if (Maybe())
        {
            var refuse = Maybe();
            keys["unpricedPartition"] = refuse ? "refuse" : "free";
            policy = policy with { RefuseUnpricedPartition = refuse };
        }

        if (Maybe())
        {
            var assume = Maybe();
            keys["missingTimeLimit"] = assume ? "assume" : "refuse";
            policy = policy with { AssumeMissingTimeLimit = assume };
        }

        if (Maybe())
        {
            // sbatch(1): minutes; minutes:seconds; hours:minutes:seconds; days-hours; days-hours:minutes:seconds.
            var (d, h, m) = (_random.Next(1, 1000), _random.Next(24), _random.Next(1, 60));
            var (text, span) = _random.Next(5) switch
            {
                0 => ($"{m}", new TimeSpan(0, m, 0)),
                1 => ($"{m}:00", new TimeSpan(0, m, 0)),
                2 => ($"{h}:{m:00}:00", new TimeSpan(h, m, 0)),
                3 => ($"{d}-{h}", new TimeSpan(d, h, 0, 0)),
                _ => ($"{d}-{h:00}:{m:00}:00", new TimeSpan(d, h, m, 0)),
            };
            keys["assumedTimeLimit"] = text;
            policy = policy with { AssumedTimeLimit = span };
        }

        if (Maybe())
        {
            var account = Name();
            keys["defaultAccount"] = account;
            policy = policy with { DefaultAccount = account };
        }

        if (Maybe())
        {
            string[] states = [.. new[] { "NODE_FAIL", "PREEMPTED", "TIMEOUT" }.Where(_ => Maybe())];
            keys["refundStates"] = new JsonArray([.. states.Select(static state => JsonValue.Create(state))]);
            policy = policy with { RefundStates = states };
        }

        return policy;
    }

    private TimeSpan Duration(JsonObject to, string field, long least, long most)
    {
        while (true)
        {
            var (unit, length) = Units[_random.Next(Units.Length)];
            var (from, last) = ((least + length - 1) / length, Math.Min(most / length, 999_999_999));
            if (from <= last)
            {
                var count = _random.Next(4) switch
                {
                    0 => from,
                    1 => last,
                    _ => _random.NextInt64(from, last + 1),
                };
                to[field] = $"{count}{unit}";
                return TimeSpan.FromMilliseconds(count * length);
            }
        }
    }

    private string Name() => Maybe() ? Pick(OddNames) : Pick("normal", "gpu", "debug", "gres/gpu", "gres/gpu:a100", "mem", "low");

    private bool Maybe() => _random.Next(2) == 0;

    private string Pick(params string[] words) => words[_random.Next(words.Length)];
}
