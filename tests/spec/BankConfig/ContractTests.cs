using SlurmBanking.BankConfig;

namespace SlurmBanking.Spec.Tests.BankConfig;

/// <summary>Every key of the contract reads to the value that the file says.</summary>
public sealed class ContractTests
{
    private const string Predecessor = """
        [Enable]
        enable_job_submit_plugin = true
        enable_spank_plugin = false
        enable_job_complete_plugin = true

        [PartitionPrice]
        savio = 0.75
        savio2 = 1
        Savio2 = 2.5

        [API]
        url = "https://mybrc.example.org/api/"
        token = "Token 31415926535897932384"
        """;

    private const string Everything = """
        [Enable]
        enable_job_submit_plugin = false
        enable_spank_plugin = false
        enable_job_complete_plugin = false
        [PartitionPrice]
        normal = 1
        debug = 0.1
        "with.dot" = 3
        [TresPrice.gpu]
        "gres/gpu" = 12.5
        "mem" = 0.000001
        [QosMultiplier]
        low = 0.5
        [API]
        url = "https://bank.example.org/mybrc-rest"
        token = "abc"
        token_file = "/etc/slurm-banking/token"
        ca_file = "/etc/slurm-banking/ca.crt"
        timeout = "7s"
        [Policy]
        mode = "observe"
        when_sidecar_unavailable = "deny"
        when_bank_unavailable = "cached"
        cached_for = "2h"
        unpriced_partition = "refuse"
        missing_time_limit = "assume"
        assumed_time_limit = "2-12:00:00"
        default_account = "fc_default"
        refund_states = ["NODE_FAIL", "PREEMPTED"]
        [Policy.Partition.debug]
        when_bank_unavailable = "deny"
        mode = "enforce"
        [Sidecar]
        cluster = "savio"
        job_id_format = "{cluster}:{job_id}"
        decision_deadline = "100ms"
        balance_ttl = "10s"
        """;

    [Fact]
    public void A_file_of_the_predecessor_reads_unchanged()
    {
        var settings = Good(Predecessor);
        Assert.Equal(
            new EnableSettings
            {
                JobSubmit = true,
                Spank = false,
                JobComplete = true,
            },
            settings.Enable
        );
        Assert.Equal(
            new Dictionary<string, decimal>(StringComparer.Ordinal)
            {
                ["savio"] = 0.75m,
                ["savio2"] = 1m,
                ["Savio2"] = 2.5m,
            },
            settings.PartitionPrices
        );
        Assert.Equal("https://mybrc.example.org/api", settings.Api.Url.ToString());
        Assert.Equal("31415926535897932384", settings.Api.Token);
    }

    [Fact]
    public void What_a_file_of_the_predecessor_does_not_say_has_the_contracts_default()
    {
        var settings = Good(Predecessor);
        Assert.Equal("", settings.Api.TokenFile);
        Assert.Equal("", settings.Api.CaFile);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Api.Timeout);
        Assert.Empty(settings.TresPrices);
        Assert.Empty(settings.QosMultipliers);
        var policy = settings.PolicyFor("savio");
        Assert.Equal(PolicyMode.Enforce, policy.Mode);
        Assert.Equal(OutagePolicy.Allow, policy.WhenSidecarUnavailable);
        Assert.Equal(OutagePolicy.Allow, policy.WhenBankUnavailable);
        Assert.Equal(TimeSpan.FromHours(1), policy.CachedFor);
        Assert.False(policy.RefuseUnpricedPartition);
        Assert.False(policy.AssumeMissingTimeLimit);
        Assert.Equal(TimeSpan.FromDays(7), policy.AssumedTimeLimit);
        Assert.Equal("", policy.DefaultAccount);
        Assert.Equal(["NODE_FAIL", "BOOT_FAIL"], policy.RefundStates);
        Assert.Equal("{job_id}", settings.Sidecar.JobIdFormat);
        Assert.Equal(TimeSpan.FromMilliseconds(250), settings.Sidecar.DecisionDeadline);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Sidecar.BalanceTtl);
    }

    [Fact]
    public void Enable_and_prices_read_to_their_values()
    {
        var settings = Good(Everything);
        Assert.Equal(
            new EnableSettings
            {
                JobSubmit = false,
                Spank = false,
                JobComplete = false,
            },
            settings.Enable
        );
        Assert.Equal(1m, settings.PartitionPrices["normal"]);
        Assert.Equal(0.1m, settings.PartitionPrices["debug"]);
        Assert.Equal(3m, settings.PartitionPrices["with.dot"]);
        Assert.Equal(12.5m, settings.TresPrices["gpu"]["gres/gpu"]);
        Assert.Equal(0.000001m, settings.TresPrices["gpu"]["mem"]);
        Assert.Equal(0.5m, settings.QosMultipliers["low"]);
    }

    [Fact]
    public void Api_and_sidecar_read_to_their_values()
    {
        var settings = Good(Everything);
        Assert.Equal(
            new ApiSettings
            {
                Url = new Uri("https://bank.example.org/mybrc-rest"),
                Token = "abc",
                TokenFile = "/etc/slurm-banking/token",
                CaFile = "/etc/slurm-banking/ca.crt",
                Timeout = TimeSpan.FromSeconds(7),
            },
            settings.Api
        );
        Assert.Equal(
            new SidecarSettings
            {
                Cluster = "savio",
                JobIdFormat = "{cluster}:{job_id}",
                DecisionDeadline = TimeSpan.FromMilliseconds(100),
                BalanceTtl = TimeSpan.FromSeconds(10),
            },
            settings.Sidecar
        );
        Assert.Equal("savio:17", settings.Sidecar.BankJobId(17, 0));
        Assert.Equal("savio:17:2", settings.Sidecar.BankJobId(17, 2));
    }

    [Theory]
    [InlineData("{job_id}", "17", 17u)]
    [InlineData("{job_id}", "17:2", 17u)]
    [InlineData("{job_id}", "savio:17", null)]
    [InlineData("{job_id}", "17:", null)]
    [InlineData("{job_id}", "17:02", null)]
    [InlineData("{job_id}", "017", null)]
    [InlineData("{job_id}", "99999999999", null)]
    [InlineData("{job_id}", "", null)]
    [InlineData("{cluster}:{job_id}", "savio:17:2", 17u)]
    [InlineData("{cluster}:{job_id}", "brc:17", null)]
    [InlineData("{cluster}:{job_id}", "17", null)]
    [InlineData("{job_id}_{cluster}", "17_savio:2", 17u)]
    [InlineData("{job_id}_{cluster}", "17:2", null)]
    public void The_banks_id_is_read_back_when_it_is_of_this_cluster(string format, string id, uint? jobId) =>
        Assert.Equal(jobId, new SidecarSettings { Cluster = "savio", JobIdFormat = format }.JobIdOf(id));

    [Fact]
    public void Policy_reads_to_its_values_and_a_partition_inherits_what_it_does_not_say()
    {
        var settings = Good(Everything);
        foreach (var policy in new[] { settings.PolicyFor("normal"), settings.PolicyFor("debug") })
        {
            Assert.Equal(OutagePolicy.Deny, policy.WhenSidecarUnavailable);
            Assert.Equal(TimeSpan.FromHours(2), policy.CachedFor);
            Assert.True(policy.RefuseUnpricedPartition);
            Assert.True(policy.AssumeMissingTimeLimit);
            Assert.Equal(TimeSpan.FromHours(60), policy.AssumedTimeLimit);
            Assert.Equal("fc_default", policy.DefaultAccount);
            Assert.Equal(["NODE_FAIL", "PREEMPTED"], policy.RefundStates);
        }

        Assert.Equal((PolicyMode.Observe, OutagePolicy.Cached), (settings.Policy.Mode, settings.Policy.WhenBankUnavailable));
        var debug = settings.PolicyFor("debug");
        Assert.Equal((PolicyMode.Enforce, OutagePolicy.Deny), (debug.Mode, debug.WhenBankUnavailable));
    }

    [Fact]
    public void A_partitions_policy_inherits_from_a_general_one_that_comes_later_in_the_file()
    {
        var settings = Good(
            """
            [Policy.Partition.debug]
            mode = "observe"
            [Policy]
            default_account = "fc_x"
            [API]
            url = "http://bank"
            token = "t"
            """
        );
        Assert.Equal("fc_x", settings.PolicyFor("debug").DefaultAccount);
    }

    [Theory]
    [InlineData("Token abc")]
    [InlineData("token abc")]
    [InlineData("abc")]
    [InlineData("Token   abc ")]
    public void The_word_Token_may_be_there_or_not(string token) =>
        Assert.Equal("abc", Good($"API = {{ url = \"http://bank\", token = \"{token}\" }}").Api.Token);

    [Theory]
    [InlineData("0.1", "0.1")]
    [InlineData("0.100000", "0.1")]
    [InlineData("3.333333", "3.333333")]
    [InlineData("1e2", "100")]
    [InlineData("1_000", "1000")]
    [InlineData("999999999.99", "999999999.99")]
    [InlineData("0", "0")]
    [InlineData("0.0", "0")]
    [InlineData("+2", "2")]
    [InlineData("123456789.123456", "123456789.123456")]
    public void Prices_are_exactly_what_is_written(string written, string price) =>
        Assert.Equal(
            decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture),
            Good($"PartitionPrice.p = {written}\nAPI = {{ url = \"http://bank\", token = \"t\" }}").PartitionPrices["p"]
        );

    private static BankSettings Good(string text)
    {
        var reading = BankConfigReader.Read(text, "bank-config.toml");
        Assert.Empty(reading.Problems);
        return Assert.IsType<BankSettings>(reading.Settings);
    }
}
