using System.Text;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Asks Slurm through its own commands.</summary>
internal sealed class SlurmCommands : ISlurm, IAccounting
{
    // What slurmctld sends at once and squeue prints: some seconds for hundreds of thousands of jobs.
    private static readonly TimeSpan ListingTimeout = TimeSpan.FromMinutes(2);

    // slurmdbd reads them from a database, of a busy day some hundred thousand.
    private static readonly TimeSpan AccountingTimeout = TimeSpan.FromMinutes(10);

    // Known before the queue is listed.
    private volatile Version? _release;

    public async Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation)
    {
        var partitions = await SlurmCommand.RunAsync("scontrol", ["--oneliner", "--all", "show", "partition"], null, cancellation);
        var nodes = await SlurmCommand.RunAsync("scontrol", ["--oneliner", "show", "node"], null, cancellation);
        var config = await SlurmCommand.RunAsync("scontrol", ["show", "config"], null, cancellation);
        _release = ScontrolOutput.Release(config) ?? _release;
        var cluster = ClusterSnapshot.Of(ScontrolOutput.Partitions(partitions, config), [.. ScontrolOutput.Nodes(nodes)]);
        return cluster with
        {
            Name = ScontrolOutput.ClusterName(config),
            SubmitPlugins = ScontrolOutput.SubmitPlugins(config),
            Counted = ScontrolOutput.CountedTres(config),
            Associations = await TryReadAssociationsAsync(ScontrolOutput.ClusterName(config), cancellation),
        };
    }

    public async Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation)
    {
        var release = _release;
        var arguments = SqueueOutput.Arguments(release);
        arguments = user is { } uid ? [.. arguments, $"--user={uid}"] : arguments;
        var output = new SqueueOutput(release);
        await SlurmCommand.ReadLinesAsync("squeue", arguments, SqueueOutput.Environment, ListingTimeout, output.Take, cancellation);
        return output.Listing(begun, user);
    }

    public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
        RecallAsync(["--jobs=" + string.Join(',', jobs), "--starttime=1970-01-02"], cancellation);

    public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
        RecallAsync(["--starttime=" + SacctOutput.Time(since), "--endtime=now"], cancellation);

    public async Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
        ScontrolOutput.Controllers(await SlurmCommand.RunAsync("scontrol", ["ping"], null, cancellation, mayFail: true));

    // slurmctld's own view of users is the one that decides about accounts; of QOS it shows nothing, slurmdbd does.
    private static async Task<Associations?> TryReadAssociationsAsync(string cluster, CancellationToken cancellation)
    {
        try
        {
            string[] arguments = ["--oneliner", "show", "assoc_mgr", "flags=users"];
            var users = ScontrolOutput.Users(await SlurmCommand.RunAsync("scontrol", arguments, null, cancellation)).ToList();
            return users.Count == 0
                ? Associations.None
                : Associations.Of(
                    users,
                    SacctmgrOutput.Associations(
                        await SlurmCommand.RunAsync("sacctmgr", SacctmgrOutput.Arguments(cluster), null, cancellation)
                    )
                );
        }
        catch (SlurmCommandException)
        {
            return null;
        }
    }

    public Task<IReadOnlyList<RunFacts>?> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        AccountAsync(["--starttime=" + SacctOutput.Time(from), "--endtime=" + SacctOutput.Time(to)], cancellation);

    public Task<IReadOnlyList<RunFacts>?> ListAsync(IReadOnlyCollection<uint> jobs, CancellationToken cancellation) =>
        AccountAsync(["--jobs=" + string.Join(',', jobs), "--starttime=1970-01-02"], cancellation);

    private static async Task<IReadOnlyList<PastRun>?> RecallAsync(string[] which, CancellationToken cancellation) =>
        await AccountAsync(which, cancellation) is { } records ? SacctOutput.Runs(records) : null;

    private static async Task<IReadOnlyList<RunFacts>?> AccountAsync(string[] which, CancellationToken cancellation)
    {
        try
        {
            string[] arguments = [.. SacctOutput.Arguments, .. which];
            var records = new List<RunFacts>();
            await SlurmCommand.ReadLinesAsync(
                "sacct",
                arguments,
                SacctOutput.Environment,
                AccountingTimeout,
                line => records.Add(SacctOutput.Record(Encoding.UTF8.GetString(line))),
                cancellation
            );
            return records;
        }
        catch (SlurmCommandException e) when (e.Message.Contains("accounting storage is disabled", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }
}
