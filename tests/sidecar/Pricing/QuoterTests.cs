using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Pricing;

/// <summary>Every row of "What job_submit sees", as the message that the plugin sends, priced by hand.</summary>
public sealed class QuoterTests
{
    // One hour unless a test says otherwise; 0.75 SU per CPU-hour.
    private static Submission Plain(string partition = "normal") =>
        new()
        {
            Uid = Given.Uid,
            Account = Given.Account,
            Partition = partition,
            MinCpus = 1,
            TimeLimitMinutes = 60,
        };

    private static readonly Dictionary<string, (Action<Submission> Request, decimal Price, string Cpus)> Rows = new(StringComparer.Ordinal)
    {
        ["plain sbatch: one CPU"] = (static _ => { }, 0.75m, "1 CPU"),
        ["-n4 -c2: 8 CPUs"] = (static job => (job.NumTasks, job.CpusPerTask, job.MinCpus) = (4, 2, 8), 6m, "8 CPUs"),
        ["-n4: 4 CPUs"] = (static job => (job.NumTasks, job.MinCpus) = (4, 4), 3m, "4 CPUs"),
        ["-c2: 2 CPUs"] = (static job => (job.CpusPerTask, job.MinCpus) = (2, 2), 1.5m, "2 CPUs"),
        ["-n4 -c2 with a min_cpus of the release that does not multiply"] = (
            static job => (job.NumTasks, job.CpusPerTask) = (4, 2),
            6m,
            "8 CPUs"
        ),
        ["-N2-3 --ntasks-per-node=2: the upper end, 6 CPUs"] = (
            static job => (job.MinNodes, job.MaxNodes, job.NtasksPerNode) = (2, 3, 2),
            4.5m,
            "6 CPUs"
        ),
        ["-N2-3 --ntasks-per-node=2 -c2: 12 CPUs"] = (
            static job => (job.MinNodes, job.MaxNodes, job.NtasksPerNode, job.CpusPerTask, job.MinCpus) = (2, 3, 2, 2, 2),
            9m,
            "12 CPUs"
        ),
        ["-N3: a CPU a node"] = (static job => (job.MinNodes, job.MaxNodes) = (3, 3), 2.25m, "3 CPUs"),
        ["min_cpus is Slurm's own lower bound"] = (static job => (job.NumTasks, job.MinCpus) = (2, 7), 5.25m, "7 CPUs"),
        ["-N2 --exclusive: two whole nodes of 16"] = (
            static job => (job.MinNodes, job.MaxNodes, job.Exclusive) = (2, 2, true),
            24m,
            "32 CPUs"
        ),
        ["--exclusive alone: one whole node"] = (static job => job.Exclusive = true, 12m, "16 CPUs"),
        ["-n20 --exclusive: two nodes are needed"] = (
            static job => (job.NumTasks, job.MinCpus, job.Exclusive) = (20, 20, true),
            24m,
            "32 CPUs"
        ),
        ["--exclusive on more nodes than there are: 6 x 16"] = (
            static job => (job.MinNodes, job.MaxNodes, job.Exclusive) = (6, 6, true),
            72m,
            "96 CPUs"
        ),
        ["an exclusive partition gives whole nodes"] = (static job => job.Partition = "whole", 8m, "16 CPUs"),
        ["-n8 --ntasks-per-node=2 on an exclusive partition: 4 nodes of 16"] = (
            static job => (job.Partition, job.NumTasks, job.NtasksPerNode, job.MinCpus) = ("whole", 8, 2, 8),
            32m,
            "64 CPUs"
        ),
        ["an array costs a task times its tasks"] = (static job => job.Array = "0-999", 750m, "1000 tasks x 1 CPU"),
        ["an array with a step and a limit: 0,3,6,9"] = (static job => job.Array = "0-9:3%2", 3m, "4 tasks x 1 CPU"),
        ["no partition: the default one"] = (static job => job.Partition = "", 0.75m, "1 CPU"),
        ["a partition list: its dearest"] = (static job => job.Partition = "normal,small,whole", 8m, "16 CPUs"),
        ["a partition list in another order: its dearest"] = (static job => job.Partition = "whole,normal", 8m, "16 CPUs"),
        ["the dearest counts even beside a free one"] = (static job => job.Partition = "free,normal", 0.75m, "1 CPU"),
        ["no time limit: the partition's default, an hour"] = (static job => job.ClearTimeLimitMinutes(), 0.75m, "1 CPU x 1:00:00"),
        ["no time limit and no default: the partition's maximum, a day"] = (
            static job =>
            {
                job.Partition = "small";
                job.ClearTimeLimitMinutes();
            },
            24m,
            "1 CPU x 1-00:00:00"
        ),
        ["UNLIMITED: no more than the partition's maximum, a day, whatever its default"] = (
            static job =>
            {
                job.TimeUnlimited = true;
                job.ClearTimeLimitMinutes();
            },
            18m,
            "1 CPU x 1-00:00:00"
        ),
        ["whole cores: 3 CPUs are 4 threads"] = (static job => (job.Partition, job.NumTasks, job.MinCpus) = ("smt", 3, 3), 4m, "4 CPUs"),
        ["a QOS multiplies"] = (static job => (job.Qos, job.NumTasks, job.MinCpus) = ("low", 4, 4), 1.5m, "4 CPUs"),
        ["an unknown QOS is 1"] = (static job => job.Qos = "high", 0.75m, "1 CPU"),
        ["--gres=gpu:2 up to 23.02; 1 + 2 x 12.5 + all memory of the node, 128 x 0.01"] = (
            static job => (job.Partition, job.TresPerNode) = ("gpu", "gres:gpu:2"),
            27.28m,
            "1 CPU"
        ),
        ["--gres=gpu:tesla:2 from 23.11, on 2 nodes, 1 GiB each; 2 + 4 x 12.5 + 2 x 0.01"] = (
            static job =>
                (job.Partition, job.TresPerNode, job.MinNodes, job.MaxNodes, job.MemPerNodeMib) = ("gpu", "gres/gpu:tesla:2", 2, 2, 1024),
            52.02m,
            "2 CPUs"
        ),
        ["--gpus=3; 1 + 3 x 12.5 + 0.5 x 0.01, half a cent up"] = (
            static job => (job.Partition, job.TresPerJob, job.MemPerNodeMib) = ("gpu", "gres/gpu:3", 512),
            38.51m,
            "1 CPU"
        ),
        ["-n4 --gpus-per-task=1; 4 + 4 x 12.5 + 4 x 2 GiB x 0.01"] = (
            static job =>
                (job.Partition, job.TresPerTask, job.NumTasks, job.MinCpus, job.MemPerCpuMib) = ("gpu", "gres/gpu:1,cpu=1", 4, 4, 2048),
            54.08m,
            "4 CPUs"
        ),
        ["--gpus-per-socket=1 on nodes of 2 sockets; 1 + 2 x 12.5 + 0.01"] = (
            static job => (job.Partition, job.TresPerSocket, job.MemPerNodeMib) = ("gpu", "gres:gpu:1", 1024),
            26.01m,
            "1 CPU"
        ),
        ["--mem=0: all memory of the node; 1 + 1.28"] = (static job => (job.Partition, job.MemPerNodeMib) = ("gpu", 0), 2.28m, "1 CPU"),
        ["--exclusive with GPUs: all that the node has; 32 + 4 x 12.5 + 1.28"] = (
            static job => (job.Partition, job.Exclusive) = ("gpu", true),
            83.28m,
            "32 CPUs"
        ),
        ["--mem-per-cpu=3G where 2 GiB are the most: twice the CPUs"] = (
            static job => (job.Partition, job.NumTasks, job.MinCpus, job.MemPerCpuMib) = ("bounded", 3, 3, 3072),
            6m,
            "6 CPUs"
        ),
        ["-c2 --mem-per-cpu=5G where 2 GiB are the most: three times the CPUs of each task"] = (
            static job => (job.Partition, job.CpusPerTask, job.MinCpus, job.MemPerCpuMib) = ("bounded", 2, 2, 5120),
            6m,
            "6 CPUs"
        ),
        ["--mem-per-cpu=2G is not over the limit"] = (
            static job => (job.Partition, job.NumTasks, job.MinCpus, job.MemPerCpuMib) = ("bounded", 3, 3, 2048),
            3m,
            "3 CPUs"
        ),
        ["-N2 --mem=9G where 2 GiB are the most: 5 CPUs on each node"] = (
            static job => (job.Partition, job.MinNodes, job.MaxNodes, job.MemPerNodeMib) = ("bounded", 2, 2, 9216),
            10m,
            "10 CPUs"
        ),
        ["-N1 --ntasks-per-node=2 --mem=9G where 2 GiB are the most: 3 CPUs for each task"] = (
            static job => (job.Partition, job.MinNodes, job.MaxNodes, job.NtasksPerNode, job.MemPerNodeMib) = ("bounded", 1, 1, 2, 9216),
            6m,
            "6 CPUs"
        ),
        ["--mem=0 where 2 GiB are the most: all 16 CPUs of the node with its 32 GiB"] = (
            static job => (job.Partition, job.MemPerNodeMib) = ("bounded", 0),
            16m,
            "16 CPUs"
        ),
        ["half a cent rounds away from zero: 0.01 x half an hour"] = (
            static job => (job.Partition, job.TimeLimitMinutes) = ("cent", 30),
            0.01m,
            "1 CPU x 0:30:00"
        ),
        ["less than half a cent is none: 0.01 x 29 minutes"] = (
            static job => (job.Partition, job.TimeLimitMinutes) = ("cent", 29),
            0m,
            "1 CPU x 0:29:00"
        ),
        ["-n 131072 -c 32768 is 2^32 CPUs, not 0: 0.01 x 4294967296"] = (
            static job => (job.Partition, job.NumTasks, job.CpusPerTask) = ("cent", 131_072, 32_768),
            42_949_672.96m,
            "4294967296 CPUs"
        ),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_request_costs_the_most_that_it_can_be_granted(string row)
    {
        var submission = Plain();
        Rows[row].Request(submission);
        var priced = Assert.IsType<Quote.Priced>(Quote(submission));
        Assert.Equal(Rows[row].Price, priced.Total.Value);
        Assert.StartsWith(Rows[row].Cpus + " ", priced.How, StringComparison.Ordinal);
        Assert.False(priced.Unpriced);
    }

    [Fact]
    public void How_a_price_came_about_is_told_in_the_words_of_the_contract()
    {
        var submission = Plain();
        (submission.NumTasks, submission.TimeLimitMinutes) = (16, 240);
        var priced = Assert.IsType<Quote.Priced>(Quote(submission));
        Assert.Equal("16 CPUs x 4:00:00 x 0.75 SU/CPU-h", priced.How);
        Assert.Equal("48.00", priced.Total.ToString());
    }

    [Fact]
    public void The_dearest_of_a_list_gives_its_name_and_rates()
    {
        var priced = Assert.IsType<Quote.Priced>(Quote(Plain("normal,whole")));
        Assert.Equal(("whole", 0.5m), (priced.Partition, priced.Rates.CpuPrice));
    }

    [Fact]
    public void A_partitions_case_matters()
    {
        var priced = Assert.IsType<Quote.Priced>(Quote(Plain("Normal")));
        Assert.True(priced.Unpriced);
        Assert.Equal(ServiceUnits.Zero, priced.Total);
    }

    [Fact]
    public void A_partition_without_a_price_is_free_or_refused_as_the_policy_says()
    {
        var free = Assert.IsType<Quote.Priced>(Quote(Plain("free")));
        Assert.True(free.Unpriced);
        Assert.Equal((ServiceUnits.Zero, "partition free has no price"), (free.Total, free.How));
        Refused(
            Plain("free"),
            "partition free has no price, and this cluster's policy is to refuse such jobs: use another partition",
            "[Policy]\nunpriced_partition = \"refuse\""
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_any_limit_the_policy_refuses_or_assumes(bool unlimited)
    {
        var submission = Plain("endless");
        submission.ClearTimeLimitMinutes();
        submission.TimeUnlimited = unlimited;
        Refused(submission, "no time limit is given, and partition endless has none: use --time");
        var assumed = Quote(submission, "[Policy]\nmissing_time_limit = \"assume\"\nassumed_time_limit = \"10:00:00\"");
        Assert.Equal(10m, Assert.IsType<Quote.Priced>(assumed).Total.Value);
    }

    [Fact]
    public void What_the_ledger_can_not_hold_is_refused_with_the_reason()
    {
        var submission = Plain();
        (submission.NumTasks, submission.CpusPerTask) = (131_072, 32_768);
        Refused(
            submission,
            "it may cost more than 999999999.99 SU, the most that the bank can hold (4294967296 CPUs x 1:00:00 x 0.75 SU/CPU-h): ask for less"
        );
    }

    [Fact]
    public void An_array_whose_sum_the_ledger_can_not_hold_is_refused()
    {
        var submission = Plain("small");
        (submission.Array, submission.NumTasks, submission.TimeLimitMinutes) = ("0-3999999", 11, 1440);
        Assert.IsType<Quote.Refused>(Quote(submission));
    }

    [Fact]
    public void The_largest_request_that_can_be_written_is_refused_and_not_free()
    {
        var submission = Plain();
        (submission.NumTasks, submission.CpusPerTask, submission.TimeLimitMinutes) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        (submission.MinNodes, submission.MaxNodes, submission.NtasksPerNode) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        Assert.IsType<Quote.Refused>(Quote(submission));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Absurd_memory_is_refused_where_memory_has_a_price(bool perCpu)
    {
        var submission = Plain("gpu");
        if (perCpu)
        {
            submission.MemPerCpuMib = ulong.MaxValue >> 1;
        }
        else
        {
            submission.MemPerNodeMib = ulong.MaxValue >> 1;
        }

        Assert.IsType<Quote.Refused>(Quote(submission));
    }

    [Fact]
    public void More_than_can_be_counted_is_refused()
    {
        var submission = Plain();
        (submission.NumTasks, submission.CpusPerTask, submission.MemPerCpuMib) = (uint.MaxValue, 4096, ulong.MaxValue >> 1);
        Refused(submission, "the job asks for more of partition normal than can be counted: ask for less");
    }

    [Fact]
    public void A_list_of_gpus_too_long_to_sum_up_is_dear_and_not_a_fault_that_lets_it_in()
    {
        var submission = Plain("gpu");
        submission.TresPerNode = string.Join(',', Enumerable.Repeat("gres/gpu:900T", 20_000));
        Assert.IsType<Quote.Refused>(Quote(submission));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("9-1")]
    [InlineData("0-9999999999")]
    public void An_array_that_can_not_be_read_is_refused(string array)
    {
        var submission = Plain();
        submission.Array = array;
        Refused(submission, "the job array's task list can't be read: use --array as in 1-10 or 1,3,5");
    }

    [Fact]
    public void Without_partition_and_without_default_it_is_refused()
    {
        var quote = Quoter.Quote(HookFacts.Request(Plain("")), ClusterSnapshot.Empty, Given.Settings());
        Assert.Equal(
            "no partition is given, and the cluster has no default partition: use --partition",
            Assert.IsType<Quote.Refused>(quote).Reason
        );
    }

    [Fact]
    public void One_partition_of_a_list_that_refuses_refuses_all() =>
        Refused(
            Plain("normal,free"),
            "partition free has no price, and this cluster's policy is to refuse such jobs: use another partition",
            "[Policy.Partition.free]\nunpriced_partition = \"refuse\""
        );

    [Fact]
    public void What_a_run_uses_costs_exact_seconds()
    {
        var rates = Rates.For(Given.Settings(), "normal", "");
        Assert.True(rates.TryCost(TresCounts.Of(("cpu", 3)), TimeSpan.FromSeconds(1601), out var cost));

        // 3 x 0.75 x 1601 / 3600 = 1.000625
        Assert.Equal(1.00m, cost.Value);
        Assert.True(rates.TryCost(TresCounts.Of(("cpu", 3)), TimeSpan.FromSeconds(1608), out cost));

        // 3 x 0.75 x 1608 / 3600 = 1.005
        Assert.Equal(1.01m, cost.Value);
    }

    private static Quote Quote(Submission submission, string more = "") =>
        Quoter.Quote(HookFacts.Request(submission), Given.Cluster, Given.Settings(more));

    private static void Refused(Submission submission, string reason, string more = "") =>
        Assert.Equal(reason, Assert.IsType<Quote.Refused>(Quote(submission, more)).Reason);
}
