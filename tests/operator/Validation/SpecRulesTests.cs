using SlurmBanking.BankConfig;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Validation;

namespace SlurmBanking.Operator.Tests.Validation;

/// <summary>What is wrong is said of the field that it is wrong with.</summary>
public sealed class SpecRulesTests
{
    public static TheoryData<string, string> Broken =>
        new()
        {
            { "spec.api.url", "must be an absolute http or https address without user or password" },
            { "spec.api.tokenSecretRef.name", "must name the Secret with the bank's token" },
            { "spec.api.tokenSecretRef.key", "is no key of a Secret: letters, digits, '-', '_' and '.' only" },
            { "spec.api.timeout", "must lie between 100ms and 5m, not 1ms" },
            { "spec.partitionPrices[normal]", "must be a number" },
            { "spec.partitionPrices[a.b]", "has more than 6 decimals: 0.1234567" },
            { "spec.tresPrices[gpu][gres/gpu]", "must lie between 0 and 999999999.99, not -1" },
            { "spec.tresPrices[gpu][cpu]", "the price of CPUs is given in [PartitionPrice]" },
            { "spec.qosMultipliers[low]", "must be a number" },
            { "spec.policy.mode", "must be \"enforce\" or \"observe\", not \"Enforce\"" },
            { "spec.policy.whenSidecarUnavailable", "must be \"allow\" or \"deny\", not \"cached\"" },
            { "spec.policy.cachedFor", "must lie between 0ms and 30d, not 31d" },
            {
                "spec.policy.assumedTimeLimit",
                "must be a time as sbatch takes it, such as \"7-00:00:00\", of a minute or more, not \"1-\""
            },
            { "spec.policy.partitions[debug].whenBankUnavailable", "must be \"allow\" or \"deny\" or \"cached\", not \"maybe\"" },
            { "spec.sidecar.jobIdFormat", "must contain {job_id}" },
            { "spec.sidecar.decisionDeadline", "must lie between 10ms and 2s, not 3s" },
            { "spec.sidecar.balanceTtl", "must be a duration such as \"250ms\", \"5s\", \"10m\", \"1h\" or \"7d\", not \"soon\"" },
            { "spec.sidecar.cluster", "must be letters, digits, '-' and '_': a directory is named for it" },
            { "spec.sidecar.port", "must lie between 1024 and 65535, not 80" },
            { "spec.slurm.soperator", "must be absent when spec.slurm.slinky is there: a cluster has one operator" },
            { "spec.deletionPolicy", "must be Retain or Delete, not Maybe" },
        };

    [Fact]
    public void A_good_one_is_good()
    {
        var reading = SpecRules.Read(Given.Config());
        Assert.Equal([], reading.Problems);
        Assert.Equal(0.5m, reading.Settings!.PartitionPrices["debug"]);
        Assert.Equal("savio", reading.Settings.Sidecar.Cluster);
        Assert.Equal("/etc/slurm-banking/token/token", reading.Settings.Api.TokenFile);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void The_field_is_named_and_what_is_wrong_with_it(string field, string message)
    {
        var reading = SpecRules.Read(Given.Config(spec => Break(spec, field)));
        Assert.Null(reading.Settings);
        Assert.Equal($"{field}: {message}", Assert.Single(reading.Errors).ToString());
    }

    [Fact]
    public void Without_an_address_the_address_is_named()
    {
        var reading = SpecRules.Read(Given.Config(static spec => spec with { Api = spec.Api! with { Url = null } }));
        Assert.Equal(
            "spec.api.url: is missing: the bank's address, such as https://bank.example.org/api",
            Assert.Single(reading.Errors).ToString()
        );
    }

    [Theory]
    [InlineData("Savio")]
    [InlineData("1savio")]
    [InlineData("a-name-that-leaves-no-room-for-the-name-of-its-own-service")]
    public void A_name_that_no_Service_can_have_is_refused(string name)
    {
        var config = Given.Config(static spec => spec with { Sidecar = new SidecarSpec { Cluster = "savio" } });
        config.Metadata.Name = name;
        Assert.Equal("metadata.name", Assert.Single(SpecRules.Read(config).Errors).Field);
    }

    [Fact]
    public void What_is_allowed_and_odd_is_warned_of()
    {
        var config = Given.Config(static spec =>
            spec with
            {
                Api = spec.Api! with { Url = "http://bank" },
                PartitionPrices = Given.Prices(("normal", "0"), ("Debug", "1")),
                Slurm = null,
            }
        ) with
        {
            Status = new BankingConfigStatus { Partitions = ["debug", "normal"] },
        };
        var reading = SpecRules.Read(config);
        Assert.NotNull(reading.Settings);
        Assert.Equal(
            [
                "spec.api.url: with http the bank's token travels unprotected",
                "spec.partitionPrices[normal]: with the price 0 CPUs of this partition are free",
                "spec.slurm: without a reference, and without spec.sidecar.selector, the controller's sidecar can't be found",
                "spec.partitionPrices[debug]: the cluster has this partition, and it has no price: its jobs are free",
                "spec.partitionPrices[Debug]: the cluster has no such partition; upper and lower case matter",
            ],
            reading.Warnings.Select(static warning => warning.ToString())
        );
    }

    [Theory]
    [InlineData("\"\nurl = \"https://evil.example.org")]
    [InlineData("a\u2028b\\")]
    [InlineData("]\n[API]")]
    public void Nothing_that_is_given_can_become_another_key(string text)
    {
        var reading = SpecRules.Read(
            Given.Config(spec =>
                spec with
                {
                    Policy = new PolicySpec { DefaultAccount = text },
                    QosMultipliers = Given.Prices((text, "2")),
                }
            )
        );
        Assert.Equal([], reading.Errors);
        Assert.Equal(text, reading.Settings!.Policy.DefaultAccount);
        Assert.Equal(2, reading.Settings.QosMultipliers[text]);
        Assert.Equal("https://bank.example.org/api", reading.Settings.Api.Url.ToString());

        // A price that is none ends up in quotes, and is refused there.
        Assert.Equal(
            "spec.partitionPrices[normal]",
            Assert.Single(SpecRules.Read(Given.Config(spec => spec with { PartitionPrices = Given.Prices(("normal", text)) })).Errors).Field
        );
    }

    [Fact]
    public void The_same_object_gives_the_same_bytes_whatever_the_order_of_its_maps()
    {
        var one = SpecRules.Read(Given.Config(static spec => spec with { PartitionPrices = Given.Prices(("a", "1"), ("b", "2")) }));
        var other = SpecRules.Read(Given.Config(static spec => spec with { PartitionPrices = Given.Prices(("b", "2"), ("a", "1")) }));
        Assert.Equal(one.Toml, other.Toml);
    }

    private static BankingConfigSpec Break(BankingConfigSpec spec, string field) =>
        field switch
        {
            "spec.api.url" => spec with { Api = spec.Api! with { Url = "https://user:secret@bank" } },
            "spec.api.tokenSecretRef.name" => spec with { Api = spec.Api! with { TokenSecretRef = null } },
            "spec.api.tokenSecretRef.key" => spec with
            {
                Api = spec.Api! with
                {
                    TokenSecretRef = new SecretKeyReference { Name = "a", Key = "../b" },
                },
            },
            "spec.api.timeout" => spec with { Api = spec.Api! with { Timeout = "1ms" } },
            "spec.partitionPrices[normal]" => spec with { PartitionPrices = Given.Prices(("normal", "dear")) },
            "spec.partitionPrices[a.b]" => spec with { PartitionPrices = Given.Prices(("a.b", "0.1234567")) },
            "spec.tresPrices[gpu][gres/gpu]" => spec with { TresPrices = Tres("gres/gpu", "-1") },
            "spec.tresPrices[gpu][cpu]" => spec with { TresPrices = Tres("cpu", "1") },
            "spec.qosMultipliers[low]" => spec with { QosMultipliers = Given.Prices(("low", "1e-40")) },
            "spec.policy.mode" => spec with { Policy = new PolicySpec { Mode = "Enforce" } },
            "spec.policy.whenSidecarUnavailable" => spec with { Policy = new PolicySpec { WhenSidecarUnavailable = "cached" } },
            "spec.policy.cachedFor" => spec with { Policy = new PolicySpec { CachedFor = "31d" } },
            "spec.policy.assumedTimeLimit" => spec with { Policy = new PolicySpec { AssumedTimeLimit = "1-" } },
            "spec.policy.partitions[debug].whenBankUnavailable" => spec with
            {
                Policy = new PolicySpec
                {
                    Partitions = new Dictionary<string, PartitionPolicySpec> { ["debug"] = new() { WhenBankUnavailable = "maybe" } },
                },
            },
            "spec.sidecar.jobIdFormat" => spec with { Sidecar = new SidecarSpec { JobIdFormat = "job" } },
            "spec.sidecar.decisionDeadline" => spec with { Sidecar = new SidecarSpec { DecisionDeadline = "3s" } },
            "spec.sidecar.balanceTtl" => spec with { Sidecar = new SidecarSpec { BalanceTtl = "soon" } },
            "spec.sidecar.cluster" => spec with { Sidecar = new SidecarSpec { Cluster = "../savio" } },
            "spec.sidecar.port" => spec with { Sidecar = new SidecarSpec { Port = 80 } },
            "spec.slurm.soperator" => spec with
            {
                Slurm = spec.Slurm! with { Soperator = new SoperatorSpec { SlurmClusterRef = new ObjectReference { Name = "slurm" } } },
            },
            "spec.deletionPolicy" => spec with { DeletionPolicy = "Maybe" },
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
        };

    private static Dictionary<string, IReadOnlyDictionary<string, DecimalText>> Tres(string name, string price) =>
        new() { ["gpu"] = Given.Prices((name, price)) };
}
