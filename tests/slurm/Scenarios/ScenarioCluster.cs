using System.Globalization;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// A Slurm with slurmdbd, GPUs and partitions for everything that a job can meet; most of them cost 1 SU for a CPU-second. The user
/// games has a default account, and in another one a default QOS.
/// </summary>
public sealed class ScenarioCluster : IAsyncLifetime
{
    // work: for jobs that want nothing of others. frail; spare and solo; low and high: a node that fails, is given whole, is fought for.
    // untidy: what its jobs leave takes longer to clean up than the queue is listed apart.
    private const string Conf = """
        AccountingStorageTRES=gres/gpu
        ScronParameters=enable
        DefMemPerCPU=200
        JobAcctGatherType=jobacct_gather/linux
        JobAcctGatherFrequency=task=1
        JobAcctGatherParams=OverMemoryKill
        PreemptType=preempt/partition_prio
        PreemptMode=REQUEUE
        Licenses=matlab:10
        PartitionName=work Nodes=n[1-2] MaxTime=1-00:00:00 State=UP
        PartitionName=gpu Nodes=n[1-2] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
        PartitionName=mem Nodes=n[1-2] DefaultTime=01:00:00 MaxTime=1-00:00:00 MaxMemPerCPU=1000 State=UP
        PartitionName=limited Nodes=n[1-2] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
        PartitionName=untidy Nodes=n[1-2] MaxTime=1-00:00:00 State=UP
        PartitionName=frail Nodes=n3 MaxTime=1-00:00:00 State=UP
        PartitionName=low Nodes=n4 MaxTime=1-00:00:00 PriorityTier=1 State=UP
        PartitionName=high Nodes=n4 MaxTime=1-00:00:00 PriorityTier=10 State=UP
        PartitionName=spare Nodes=n5 MaxTime=1-00:00:00 State=UP
        PartitionName=solo Nodes=n5 MaxTime=1-00:00:00 OverSubscribe=EXCLUSIVE State=UP
        """;

    // 1 SU a second for a CPU and for a GiB, 10 for a GPU; by the hour where jobs only wait.
    private const string Prices = """
        normal = 1
        debug = 3600
        long = 2
        whole = 1
        work = 3600
        untidy = 3600
        gpu = 3600
        mem = 3600
        limited = 3600
        frail = 3600
        low = 3600
        high = 3600
        spare = 3600
        solo = 3600
        """;

    private const string Extra = """
        [TresPrice.gpu]
        "gres/gpu" = 36000
        "mem" = 3600

        [QosMultiplier]
        low = 0.5
        high = 2

        """;

    private readonly Observed<IReadOnlyList<SlurmRecord>> _records;
    private readonly Observed<IReadOnlyDictionary<string, Booked>> _booked;

    public ScenarioCluster()
    {
        _records = new(async () => SlurmRecord.Parse((await Cluster.SlurmAsync(null, ShowJobs)).Output), TimeSpan.FromSeconds(0.5));
        _booked = new(ReadBookedAsync, TimeSpan.FromSeconds(1));
    }

    private static readonly string[] ShowJobs = ["scontrol", "--oneliner", "show", "job"];

    public BankedCluster Cluster { get; } =
        new()
        {
            Quotes = true,
            Settings =
            [
                ("NODES", "5"),
                ("GPUS", "4"),
                ("ACCOUNTING", "1"),
                ("EXTRA_CONF", $"Epilog={BankedCluster.Root}/tests/slurm/Scenarios/epilog.sh\n{Conf}"),
                ("PRICES", Prices),
                ("CONFIG_EXTRA", Extra + BankedCluster.SidecarSection),
            ],
        };

    /// <summary>The account of most scenarios.</summary>
    public string Account { get; private set; } = "";

    /// <summary>The account of jobs of games that name none.</summary>
    public string DefaultAccount { get; private set; } = "";

    /// <summary>Jobs of games in it that name no QOS have the QOS low.</summary>
    public string QosAccount { get; private set; } = "";

    /// <summary>Two accounts of 1000 SU in which games has associations, for a job that is changed.</summary>
    public (string From, string To) Movers { get; private set; }

    /// <summary>
    /// Accounts of 100 and of 500 SU in which games has associations, each for one job about which sbank is asked: what the table of
    /// scenarios adds up has nothing else in it.
    /// </summary>
    public (string Waiting, string Ended) Asked { get; private set; }

    /// <summary>Slurm's release, "22.05.8".</summary>
    public string Release { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Cluster.InitializeAsync();
        Release = await Cluster.ReleaseAsync();
        Account = await Cluster.OpenAccountAsync(900_000_000);
        DefaultAccount = await Cluster.OpenAccountAsync(1000);
        QosAccount = await Cluster.OpenAccountAsync(900_000_000);
        Movers = (await Cluster.OpenAccountAsync(1000), await Cluster.OpenAccountAsync(1000));
        Asked = (await Cluster.OpenAccountAsync(100), await Cluster.OpenAccountAsync(500));
        await SacctmgrAsync("add", "qos", "low,high");
        await SacctmgrAsync(
            "add",
            "account",
            $"{Account},{DefaultAccount},{QosAccount},{Movers.From},{Movers.To},{Asked.Waiting},{Asked.Ended}"
        );
        await SacctmgrAsync("add", "user", "games", $"account={DefaultAccount}", $"defaultaccount={DefaultAccount}", "qos=normal,low,high");
        await SacctmgrAsync("add", "user", "games", $"account={Account}", "qos=normal,low,high");
        await SacctmgrAsync(
            "add",
            "user",
            "games",
            $"account={Movers.From},{Movers.To},{Asked.Waiting},{Asked.Ended}",
            "qos=normal,low,high"
        );
        await SacctmgrAsync("add", "user", "games", $"account={QosAccount}", "qos=normal,low,high", "defaultqos=low");

        var limited = await Cluster.SlurmAsync(null, "scontrol", "update", "PartitionName=limited", "QOS=high");
        Assert.True(limited.ExitCode == 0, limited.Error);

        // It asks for associations when it starts, and every minute.
        await Cluster.MustAsync("stop", "sidecar");
        await Cluster.MustAsync("start", "sidecar");
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>jobcomp was built for this slurmctld's records, and so reads them.</summary>
    public async Task<bool> RecordsAreReadAsync() =>
        !(await File.ReadAllTextAsync(Path.Combine(Cluster.Directory, "log/slurmctld.log"))).Contains(
            "ends go unread",
            StringComparison.Ordinal
        );

    /// <summary>Submits as games, with a limit of 2 minutes, to the account of most scenarios.</summary>
    public Task<string> SubmitAsync(string options, string script) =>
        Cluster.SubmittedAsync($"-A {Account} --time=2 --no-requeue {options}", script);

    /// <summary>Submits a het job of two components.</summary>
    /// <returns>The id of the first; that of the second is one more.</returns>
    public async Task<string> SubmitHetAsync(string common, string first, string second, string script)
    {
        string[] command =
        [
            "sbatch",
            "--parsable",
            "--output=/dev/null",
            $"--wrap={script}",
            .. $"-A {Account} {common} {first} : -A {Account} {common} {second}".Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        var quotes = await Cluster.QuoteAsync([
            .. command.Where(static word => !word.StartsWith("--wrap", StringComparison.Ordinal)).Skip(1),
        ]);
        var result = await Cluster.SlurmAsync("games", command);
        Assert.True(result.ExitCode == 0, result.Error);
        var job = uint.Parse(result.Output.Trim(), CultureInfo.InvariantCulture);
        for (var component = 0u; component < quotes.Length; component++)
        {
            var mark = await Cluster.MarkAsync($"{job + component}");
            Assert.True(
                mark?.Amount is not { } held || held == quotes[component],
                $"component {component}: {quotes[component]}, {mark?.Amount}"
            );
        }

        return result.Output.Trim();
    }

    /// <summary>The jobs that Slurm still knows of, as it records them; each task of an array and each component by itself.</summary>
    public Task<IReadOnlyList<SlurmRecord>> RecordsAsync() => _records.GetAsync();

    /// <summary>What is booked on the three accounts, by what the bank calls each run.</summary>
    public Task<IReadOnlyDictionary<string, Booked>> BookedAsync() => _booked.GetAsync();

    /// <summary>Waits until Slurm shows a job so.</summary>
    public async Task<SlurmRecord> UntilAsync(string job, string what, Func<SlurmRecord, bool> condition, int withinSeconds = 150)
    {
        SlurmRecord? found = null;
        await Cluster.EventuallyAsync(
            async () => (found = (await RecordsAsync()).FirstOrDefault(record => record.JobId == job && condition(record))) is not null,
            $"job {job} {what}",
            withinSeconds
        );
        return found!;
    }

    public Task<SlurmRecord> RunningAsync(string job) => UntilAsync(job, "runs", static record => record.State == "RUNNING");

    public Task<SlurmRecord> EndedAsync(string job) => UntilAsync(job, "ends", static record => record.Ended);

    /// <summary>Waits until the bank has charged a run.</summary>
    public Task ChargedAsync(string run) =>
        Cluster.EventuallyAsync(
            async () => (await BookedAsync()).GetValueOrDefault(run, Booked.Nothing).Charges > 0,
            $"run {run} is charged",
            90
        );

    /// <summary>Waits until the bank has settled a run, once, and charged it at most once, and gives its cost.</summary>
    public async Task<decimal> SettledAsync(string run)
    {
        var booked = Booked.Nothing;
        await Cluster.EventuallyAsync(
            async () => (booked = (await BookedAsync()).GetValueOrDefault(run, Booked.Nothing)).Settlements > 0,
            $"run {run} is settled",
            90
        );
        Assert.True(booked is { Charges: <= 1, Settlements: 1 }, $"run {run} was booked otherwise than once: {booked}");
        return booked.Cost;
    }

    private async Task<IReadOnlyDictionary<string, Booked>> ReadBookedAsync()
    {
        var all = new Dictionary<string, Booked>(StringComparer.Ordinal);
        foreach (var account in new[] { Account, DefaultAccount, QosAccount })
        {
            foreach (var (run, booked) in await Cluster.BookedAsync(account))
            {
                all.Add(run, booked);
            }
        }

        return all;
    }

    private async Task SacctmgrAsync(params string[] arguments)
    {
        var result = await Cluster.SlurmAsync(null, ["sacctmgr", "--immediate", "--quiet", .. arguments]);
        Assert.True(result.ExitCode == 0, $"sacctmgr {string.Join(' ', arguments)}: {result.Output}{result.Error}");
    }
}

[CollectionDefinition(Name)]
public sealed class ScenarioCollection : ICollectionFixture<ScenarioCluster>
{
    public const string Name = "the cluster of the scenarios";
}
