using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests;

/// <summary>The cluster, the prices and the moments that the tests speak of.</summary>
internal static class Given
{
    public const uint Uid = 1000;
    public const string Account = "fc_abc";

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// normal (default): 4 nodes of 16 CPUs, 64 GiB; small (no default time): 2 nodes of 4; gpu: 2 nodes of 32 CPUs and 4 GPUs;
    /// whole (exclusive): 3 nodes of 16; smt: 2 threads a core; bounded: no more than
    /// 2 GiB for each of 16 CPUs; free: no price; endless: no limits at all.
    /// </summary>
    public static ClusterSnapshot Cluster { get; } = MakeCluster();

    public static BankSettings Settings(string more = "") => Read(more);

    public static ServiceUnits Su(decimal amount) => new((long)(amount * 100));

    public static HoldId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    public static JobRequest Request() => new() { Uid = Uid, Account = Account };

    public static Hold Hold(int id, decimal unit, long tasks = 1, uint? jobId = null) =>
        new()
        {
            Id = Id(id),
            Account = Account,
            Uid = Uid,
            Partition = "normal",
            Unit = Su(unit),
            Tasks = tasks,
            Submitted = Noon,
            JobId = jobId,
        };

    /// <summary>A job of 4 CPUs with a limit of 2 hours on "normal" (0.75 SU per CPU-hour): 6.00 SU at most.</summary>
    public static QueueJob Job(uint jobId, string state, int? mark = null) =>
        new()
        {
            JobId = jobId,
            Uid = Uid,
            Account = Account,
            Partition = "normal",
            State = state,
            SubmitTime = Noon,
            StartTime = state == "PENDING" ? null : Noon.AddMinutes(1),
            EndTime = state is "PENDING" or "RUNNING" ? null : Noon.AddMinutes(61),
            Elapsed = state switch
            {
                "PENDING" => TimeSpan.Zero,
                "RUNNING" => TimeSpan.FromMinutes(5),
                _ => TimeSpan.FromHours(1),
            },
            TimeLimit = TimeSpan.FromHours(2),
            Nodes = state == "PENDING" ? "" : "n1",
            Tres = TresCounts.Of(("cpu", 4), ("node", 1), ("mem", 4096)),
            Mark = mark is { } id ? new HoldMark(Id(id), Su(6)) : null,
        };

    /// <summary>jobcomp's record of the same job: one hour used, 3.00 SU.</summary>
    public static RunFacts Ended(uint jobId, int? mark = null, uint restart = 0) =>
        new()
        {
            JobId = jobId,
            Restart = restart,
            Uid = Uid,
            Account = Account,
            Partition = "normal",
            State = "COMPLETED",
            Mark = mark is { } id ? new HoldMark(Id(id), Su(6)) : null,
            Submit = Noon,
            Start = Noon.AddMinutes(1),
            End = Noon.AddMinutes(61),
            Elapsed = TimeSpan.FromHours(1),
            TimeLimit = TimeSpan.FromHours(2),
            Nodes = "n1",
            Tres = TresCounts.Of(("cpu", 4), ("node", 1)),
        };

    public static QueueListing Listing(int secondsAfterNoon, params QueueJob[] jobs) =>
        new(Noon.AddSeconds(secondsAfterNoon), Array.ConvertAll(jobs, static job => job.Key), place => jobs[place]);

    private static BankSettings Read(string more)
    {
        var reading = BankConfigReader.Read(
            $"""
            API.url = "http://bank.invalid"
            API.token = "t"
            [PartitionPrice]
            normal = 0.75
            small = 1
            gpu = 1
            whole = 0.5
            smt = 1
            endless = 1
            cent = 0.01
            bounded = 1
            [TresPrice.gpu]
            "gres/gpu" = 12.5
            "mem" = 0.01
            [QosMultiplier]
            low = 0.5
            {more}
            """,
            "test"
        );
        return reading.Settings ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }

    private static ClusterSnapshot MakeCluster()
    {
        static Partition Of(string name) => new() { Name = name, MaxTime = TimeSpan.FromDays(1) };
        static Node NodeOf(string name, string partition, string tres, int sockets = 2, int threads = 1) =>
            new(name, [partition], TresCounts.Parse(tres), sockets, threads);
        return ClusterSnapshot.Of(
            [
                Of("small"),
                Of("normal") with
                {
                    IsDefault = true,
                    DefaultTime = TimeSpan.FromHours(1),
                },
                Of("gpu"),
                Of("whole") with
                {
                    Exclusive = true,
                },
                Of("smt"),
                Of("free"),
                Of("cent"),
                Of("bounded") with
                {
                    MaxMemoryPerCpu = 2048,
                },
                Of("endless") with
                {
                    MaxTime = null,
                },
            ],
            [
                .. Enumerable.Range(1, 4).Select(i => NodeOf($"n{i}", "normal", "cpu=16,mem=64G")),
                NodeOf("s1", "small", "cpu=4,mem=8G"),
                NodeOf("s2", "small", "cpu=2,mem=8G"),
                NodeOf("g1", "gpu", "cpu=32,mem=128G,gres/gpu=4"),
                NodeOf("g2", "gpu", "cpu=32,mem=128G,gres/gpu=4"),
                .. Enumerable.Range(1, 3).Select(i => NodeOf($"w{i}", "whole", "cpu=16,mem=64G")),
                NodeOf("b1", "bounded", "cpu=16,mem=32G"),
                NodeOf("t1", "smt", "cpu=16,mem=32G", 2, 2),
            ]
        );
    }
}
