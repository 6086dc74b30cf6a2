using System.Diagnostics;
using System.Text;
using FsCheck.Xunit;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>What Slurm's commands print, and what nobody should.</summary>
public sealed class ParsingTests
{
    private const char Us = '\x1f';

    [Theory]
    [InlineData("0-15", 16)]
    [InlineData("1,3,5-9:2", 5)]
    [InlineData("0-99:2%10", 50)]
    [InlineData("7", 1)]
    [InlineData("[1-3]", 3)]
    [InlineData("[1-3%1]", 3)]
    [InlineData("0-4000000", 4_000_001)]
    [InlineData("0-4000001", 0)]
    [InlineData("0-9999999999", 0)]
    [InlineData("3-1", 0)]
    [InlineData("1-5:0", 0)]
    [InlineData("", 0)]
    [InlineData("1,,2", 0)]
    [InlineData("a", 0)]
    [InlineData("1-", 0)]
    [InlineData("-1", 0)]
    [InlineData("1.5", 0)]
    public void The_tasks_of_an_array_are_counted(string text, long tasks) => Assert.Equal(tasks, ArrayExpression.Count(text));

    [Property]
    public bool Random_array_text_never_throws(string? text) => ArrayExpression.Count(text ?? "") is >= 0 and <= 4_000_001;

    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n[1-3]", "n1 n2 n3")]
    [InlineData("n[1-3,07],gpu4", "n1 n2 n3 n07 gpu4")]
    [InlineData("n[008-011]", "n008 n009 n010 n011")]
    [InlineData("r[1-2]n[1-2]", "r1n1 r1n2 r2n1 r2n2")]
    [InlineData("n[1-2].site", "n1.site n2.site")]
    [InlineData("n[5]", "n5")]
    [InlineData("", "")]
    [InlineData("n[1-2", "n[1-2")]
    [InlineData("n]1[", "n]1[")]
    [InlineData("n[a-b]", "na-b")]
    public void A_hostlist_is_expanded(string text, string names) => Assert.Equal(names, string.Join(' ', Hostlist.Expand(text)));

    [Theory]
    [InlineData("n[9223372036854775807-9223372036854775807]")]
    [InlineData("n[1-99999999999999]")]
    [InlineData("n[1-65536][1-65536][1-65536][1-65536]")]
    [InlineData("n[1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9][1-9]")]
    public void A_hostile_hostlist_is_cut_off_in_bounded_time(string text)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.InRange(Hostlist.Expand(text).Count(), 1, Hostlist.MaxNames);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Brackets_by_the_hundred_thousand_do_not_exhaust_the_stack() =>
        Assert.Single(Hostlist.Expand(string.Concat(Enumerable.Repeat("[1]", 300_000))));

    [Property]
    public bool Random_hostlists_never_throw(string? text) => Hostlist.Expand(text ?? "").Count() <= Hostlist.MaxNames;

    [Fact]
    public void Partitions_are_read_as_scontrol_prints_them()
    {
        var partitions = ScontrolOutput
            .Partitions(
                "PartitionName=normal Default=YES QoS=N/A DefaultTime=01:00:00 MaxTime=7-00:00:00 OverSubscribe=NO State=UP\n"
                    + "PartitionName=whole Default=NO DefaultTime=NONE MaxTime=UNLIMITED OverSubscribe=EXCLUSIVE\n\nnonsense\n",
                ""
            )
            .ToList();
        Assert.Equal(
            [
                new Partition
                {
                    Name = "normal",
                    IsDefault = true,
                    DefaultTime = TimeSpan.FromHours(1),
                    MaxTime = TimeSpan.FromDays(7),
                },
                new Partition { Name = "whole", Exclusive = true },
            ],
            partitions.Select(static partition => partition with { Nodes = [] })
        );
    }

    [Theory]
    [InlineData("MaxMemPerNode=UNLIMITED", 2000L)] // none of its own: the cluster's
    [InlineData("MaxMemPerCPU=1000", 1000L)]
    [InlineData("MaxMemPerNode=8000", null)] // a limit of another kind takes its place
    public void A_partitions_limit_of_memory_per_CPU_is_its_own_or_the_clusters(string limit, long? mib) =>
        Assert.Equal(
            mib,
            Assert
                .Single(ScontrolOutput.Partitions($"PartitionName=a DefMemPerCPU=1 {limit}\n", "ClusterName = c\nMaxMemPerCPU  = 2000\n"))
                .MaxMemoryPerCpu
        );

    [Fact]
    public void The_cluster_and_what_it_counts_are_read_as_scontrol_prints_them()
    {
        const string Config = """
            Configuration data as of 2026-11-27T01:07:09
            AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu
            ClusterName             = banktest
            """;
        Assert.Equal("banktest", ScontrolOutput.ClusterName(Config));
        Assert.Contains("gres/gpu", ScontrolOutput.CountedTres(Config)!);
        Assert.DoesNotContain("gres/fpga", ScontrolOutput.CountedTres(Config)!);
        Assert.Null(ScontrolOutput.CountedTres(""));
    }

    [Theory]
    [InlineData("OverSubscribe=EXCLUSIVE", true)] // up to 25.11
    [InlineData("Exclusive=NODE OverSubscribe=NO", true)] // from 26.05
    [InlineData("Exclusive=TOPO OverSubscribe=NO", true)]
    [InlineData("Exclusive=USER OverSubscribe=NO", false)]
    [InlineData("Exclusive=NO OverSubscribe=NO", false)]
    public void A_partition_of_whole_nodes_says_so_in_the_words_of_its_release(string words, bool exclusive) =>
        Assert.Equal(exclusive, Assert.Single(ScontrolOutput.Partitions($"PartitionName=a {words}\n", "")).Exclusive);

    [Theory]
    [InlineData("25.11", "oversubscribe", "NO", true)]
    [InlineData("25.11", "oversubscribe", "OK", false)]
    [InlineData("26.05", "exclusive", "NO", false)]
    [InlineData("26.05", "exclusive", "NODE", true)]
    [InlineData("26.05", "exclusive", "USER", false)]
    public void A_job_of_whole_nodes_says_so_in_the_words_of_its_release(string release, string field, string word, bool exclusive)
    {
        var version = ScontrolOutput.Release($"SLURM_VERSION           = {release}.3\n");
        Assert.Contains($"{field}:", SqueueOutput.Arguments(version)[^1], StringComparison.Ordinal);
        var line = string.Join(Us, Pending("15", "15", "N/A", "1:00").Split(Us).Select((text, index) => index == 16 ? word : text));
        Assert.Equal(exclusive, Assert.Single(Jobs(line + "\n", version)).Exclusive);
    }

    [Theory]
    [InlineData("25.11", "4", "4", false)]
    [InlineData("26.05", "4", "4", true)]
    [InlineData("26.05", "4", "8", false)]
    [InlineData("26.05", "0", "4", false)]
    public void A_limit_of_nodes_that_is_the_tasks_is_no_request_since_26_05(string release, string nodes, string tasks, bool implied)
    {
        var line = string.Join(
            Us,
            Pending("15", "15", "N/A", "1:00")
                .Split(Us)
                .Select(
                    (text, index) =>
                        index switch
                        {
                            17 => nodes,
                            22 => tasks,
                            _ => text,
                        }
                )
        );
        var job = Assert.Single(Jobs(line + "\n", Version.Parse(release)));
        Assert.Equal(implied, job.MaxNodesImplied);
        Assert.Equal(implied || nodes == "0" ? null : 4L, job.ToRequest().MaxNodes);

        // Whoever submitted it may have asked for as many all the same.
        Assert.Equal(nodes == "0" ? null : 4L, job.ToRequest(Given.Request() with { MaxNodes = 4 }).MaxNodes);
    }

    [Fact]
    public void Nodes_are_read_as_scontrol_prints_them_whatever_their_reason_says()
    {
        var node = Assert.Single(
            ScontrolOutput.Nodes(
                "NodeName=g1 Arch=x86_64 OS=Linux 6.1 #1 SMP Sockets=2 Boards=1 ThreadsPerCore=2 Partitions=gpu,all "
                    + "CfgTRES=cpu=32,mem=125G,billing=32,gres/gpu=4 AllocTRES=cpu=8 Reason=down CfgTRES=cpu=1 Sockets=99 [root@now]\n"
            )
        );
        Assert.Equal(("g1", 2, 2), (node.Name, node.Sockets, node.ThreadsPerCore));
        Assert.Equal(["gpu", "all"], node.Partitions);
        Assert.Equal((32, 128_000, 4), (node.Tres.Cpus, node.Tres["mem"], node.Tres["gres/gpu"]));
    }

    [Theory]
    [InlineData("lua,slurm_banking", "")]
    [InlineData("slurm_banking", "")]
    [InlineData("lua", "")]
    [InlineData("(null)", "")]
    [InlineData("slurm_banking,lua", "has lua after slurm_banking")]
    [InlineData("all_partitions, slurm_banking ,lua,pbs", "has lua, pbs after slurm_banking")]
    public void Submit_plugins_after_ours_are_warned_of(string plugins, string expected)
    {
        var config = $"JobRequeue              = 1\nJobSubmitPlugins        = {plugins}\nKeepAliveTime           = SYSTEM_DEFAULT\n";
        var warning = (Given.Cluster with { SubmitPlugins = ScontrolOutput.SubmitPlugins(config) }).Warning;
        Assert.Equal(expected.Length == 0, warning.Length == 0);
        Assert.Contains(expected, warning, StringComparison.Ordinal);
    }

    [Property]
    public bool Random_scontrol_output_never_throws(string? text) =>
        ScontrolOutput.Partitions(text ?? "", "JobSubmitPlugins=" + text).Count()
            + ScontrolOutput.Nodes(text ?? "").Count()
            + ScontrolOutput.SubmitPlugins("JobSubmitPlugins=" + text).Count
            >= 0
        && ScontrolOutput.Nodes("NodeName=" + text).All(static node => node.Sockets > 0);

    [Fact]
    public void A_partitions_nodes_come_largest_first()
    {
        var small = Given.Cluster.Partitions["small"];
        Assert.Equal(["s1", "s2"], small.Nodes.Select(static node => node.Name));
        Assert.Equal(2, small.SmallestNodeCpus);
        Assert.Equal("normal", Given.Cluster.DefaultPartition);
    }

    [Fact]
    public void A_running_task_of_an_array_is_read()
    {
        const string mark = "slurm-banking:0123456789abcdef0123456789abcdef:6.00";
        var job = Assert.Single(
            Jobs(
                string.Join(
                    Us,
                    "17",
                    "15",
                    "2",
                    "1000",
                    "fc_abc",
                    "normal",
                    "debug",
                    "RUNNING",
                    "1",
                    "1772366400",
                    "1772366460",
                    "1772373660",
                    "5:00",
                    "2:00:00",
                    "n[1-2]",
                    "cpu=4,mem=4G,node=2,billing=4",
                    "OK",
                    "3",
                    "2",
                    "65534",
                    "N/A",
                    "N/A",
                    "3",
                    $"words {mark}",
                    ""
                ) + "\n"
            )
        );
        Assert.Equal((17u, 15u, 1L, 1000u), (job.JobId, job.ArrayJobId, job.Tasks, job.Uid));
        Assert.Equal(("fc_abc", "normal", "debug", "RUNNING"), (job.Account, job.Partition, job.Qos, job.State));
        Assert.Equal((1u, Given.Noon, Given.Noon.AddMinutes(1)), (job.RestartCount, job.SubmitTime, job.StartTime));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(2)), (job.Elapsed, job.TimeLimit));
        Assert.Equal(("n[1-2]", 4L, 4096L), (job.Nodes, job.Tres.Cpus, job.Tres["mem"]));
        Assert.Equal((3L, false, 2L, null), (job.MaxNodes, job.MaxNodesImplied, job.TasksPerNode, job.CpusPerTask));
        Assert.Equal((JobPhase.Started, false), (job.Phase, job.NeverRan));
        Assert.Equal(Given.Su(6), job.Mark?.Amount);
    }

    [Fact]
    public void A_pending_array_stands_for_its_tasks_and_a_plain_job_for_one()
    {
        var jobs = Jobs(Pending("15", "15", "3-9", "UNLIMITED") + "\n" + Pending("16", "16", "N/A", "NOT_SET") + "\n");
        Assert.Equal([(15u, 7L), (null, 1L)], jobs.Select(static job => (job.ArrayJobId, job.Tasks)));
        Assert.Equal([true, false], jobs.Select(static job => job.TimeUnlimited));
        Assert.All(jobs, static job => Assert.Equal((JobPhase.Pending, null, null), (job.Phase, job.TimeLimit, job.Mark)));
    }

    [Fact]
    public void Each_record_of_a_long_listing_can_be_read_again_in_any_order()
    {
        // Lines of 70 to 700 000 bytes: every second task of an array with an index list of its own.
        var read = new SqueueOutput();
        for (var job = 1; job <= 2000; job++)
        {
            var tasks = job % 500 == 0 ? string.Join(',', Enumerable.Range(0, job * 50).Select(static task => task * 2)) : "N/A";
            read.Take(Encoding.UTF8.GetBytes(Pending($"{job}", $"{job}", tasks, "UNLIMITED")));
        }

        var listing = read.Listing(Given.Noon, 5);
        Assert.Equal((Given.Noon, 5u), (listing.Begun, listing.User));
        Assert.Equal(Enumerable.Range(1, 2000).Select(static job => (uint)job), listing.Keys.Select(static key => key.JobId));
        for (var place = 1999; place >= 0; place--)
        {
            var job = listing.Read(place);
            Assert.Equal((listing.Keys[place], (place + 1) % 500 == 0 ? (place + 1) * 50L : 1L), (job.Key, job.Tasks));
        }
    }

    [Fact]
    public void A_key_tells_of_which_job_and_hold_a_record_is()
    {
        Assert.Equal(
            new QueueKey(17, 15, 1, Given.Id(3)),
            (Given.Job(17, "RUNNING", mark: 3) with { ArrayJobId = 15, RestartCount = 1 }).Key
        );
        Assert.Equal(new QueueKey(17, null, 0, null), Given.Job(17, "RUNNING").Key);
        Assert.Equal((15u, 17u), (new QueueKey(17, 15, 0, null).Job, new QueueKey(17, null, 0, null).Job));
    }

    [Fact]
    public void A_component_of_a_het_job_says_which() =>
        Assert.Equal(
            [(15u, 0u), (15u, 1u), (null, null)],
            Jobs(
                    string.Join(
                        '\n',
                        Pending("15", "15", "N/A", "1:00", "15", "0"),
                        Pending("16", "16", "N/A", "1:00", "15", "1"),
                        Pending("17", "17", "N/A", "1:00")
                    )
                )
                .Select(static job => (job.HetJobId, job.Component))
        );

    [Theory]
    [InlineData("slurm_load_jobs error: Unable to contact slurm controller")]
    [InlineData("17")]
    [InlineData("x\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f")]
    public void A_listing_with_a_line_that_was_not_asked_for_is_no_listing(string line) =>
        Assert.Throws<FormatException>(() => Jobs(Pending("15", "15", "N/A", "1:00") + "\n" + line + "\n"));

    [Theory]
    [InlineData("99999999999999999")]
    [InlineData("253402300799")]
    [InlineData("0")]
    public void A_time_that_can_not_be_is_not_known(string seconds)
    {
        var line = Pending("15", "15", "N/A", "700000-00:00:00")
            .Replace("N/A\x1fN/A\x1f0:00", $"{seconds}\x1fN/A\x1f0:00", StringComparison.Ordinal);
        var job = Assert.Single(Jobs(line)) with { State = "RUNNING", Nodes = "n1" };
        Assert.Null(job.StartTime);
        var life = new Lifecycle.Ledger();
        life.List(Given.Listing(9, job));
        Assert.Single(life.Sent);
    }

    [Fact]
    public void A_partition_that_is_printed_twice_is_one() =>
        Assert.Single(
            ClusterSnapshot.Of(ScontrolOutput.Partitions("PartitionName=a MaxTime=1\nPartitionName=a MaxTime=2\n", ""), []).Partitions
        );

    [Property]
    public bool Random_listings_are_read_or_refused(string[] fields)
    {
        try
        {
            return Jobs(string.Join(Us, fields)).All(static job => job.Tasks > 0);
        }
        catch (FormatException)
        {
            return true;
        }
    }

    [Property]
    public bool Random_fields_behind_numbers_are_read_or_refused(string a, string b, string c)
    {
        string[] fields = ["1", a, b, "2", c, a, b, c, "0", a, b, c, a, b, c, a, b, c, a, b, c];
        try
        {
            return Jobs(string.Join(Us, fields)).All(static job => job.Tasks > 0);
        }
        catch (FormatException)
        {
            return true;
        }
    }

    [Theory]
    [InlineData(0u, "PENDING", JobPhase.Pending)]
    [InlineData(1u, "RUNNING", JobPhase.Started)]
    [InlineData(2u, "SUSPENDED", JobPhase.Started)]
    [InlineData(0x8003u, "COMPLETED", JobPhase.Ended)]
    [InlineData(4u, "CANCELLED", JobPhase.Ended)]
    [InlineData(5u, "FAILED", JobPhase.Ended)]
    [InlineData(6u, "TIMEOUT", JobPhase.Ended)]
    [InlineData(7u, "NODE_FAIL", JobPhase.Ended)]
    [InlineData(8u, "PREEMPTED", JobPhase.Ended)]
    [InlineData(9u, "BOOT_FAIL", JobPhase.Ended)]
    [InlineData(10u, "DEADLINE", JobPhase.Ended)]
    [InlineData(11u, "OUT_OF_MEMORY", JobPhase.Ended)]
    [InlineData(0x400u, "REQUEUED", JobPhase.Pending)]
    [InlineData(0x407u, "NODE_FAIL", JobPhase.Ended)]
    [InlineData(200u, "UNKNOWN", JobPhase.Started)]
    public void A_state_has_its_name_without_flags_and_a_phase(uint state, string name, object phase)
    {
        Assert.Equal(name, JobStates.NameOf(state));
        Assert.Equal(phase, JobStates.PhaseOf(name));
    }

    private static string Pending(string job, string array, string tasks, string limit, string het = "N/A", string component = "N/A") =>
        string.Join(
            Us,
            job,
            array,
            tasks,
            "1000",
            "fc_abc",
            "normal",
            "debug",
            "PENDING",
            "0",
            "1772366400",
            "N/A",
            "N/A",
            "0:00",
            limit,
            "",
            "cpu=1,node=1",
            "OK",
            "0",
            "N/A",
            "1",
            het,
            component,
            "1",
            "(null)",
            ""
        );

    private static IReadOnlyList<QueueJob> Jobs(string output, Version? release = null)
    {
        var read = new SqueueOutput(release);
        Array.ForEach(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => read.Take(Encoding.UTF8.GetBytes(line)));
        var listing = read.Listing(Given.Noon, null);
        return [.. Enumerable.Range(0, listing.Keys.Count).Select(listing.Read)];
    }
}
