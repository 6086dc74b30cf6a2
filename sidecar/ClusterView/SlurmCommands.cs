using System.Globalization;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Asks Slurm through its own commands.</summary>
internal sealed class SlurmCommands : ISlurm
{
    public async Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation)
    {
        var partitions = await SlurmCommand.RunAsync("scontrol", ["--oneliner", "--all", "show", "partition"], null, cancellation);
        var nodes = await SlurmCommand.RunAsync("scontrol", ["--oneliner", "show", "node"], null, cancellation);
        return ClusterSnapshot.Of(ScontrolOutput.Partitions(partitions), [.. ScontrolOutput.Nodes(nodes)]);
    }

    public async Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation)
    {
        var arguments = user is { } uid ? [.. SqueueOutput.Arguments, $"--user={uid}"] : SqueueOutput.Arguments;
        var output = await SlurmCommand.RunAsync("squeue", arguments, SqueueOutput.Environment, cancellation);
        return new QueueListing(begun, SqueueOutput.Jobs(output), user);
    }

    public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
        RecallAsync(["--jobs=" + string.Join(',', jobs), "--starttime=1970-01-02"], cancellation);

    public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
        RecallAsync(
            ["--starttime=" + since.ToLocalTime().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), "--endtime=now"],
            cancellation
        );

    public async Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
        ScontrolOutput.Controllers(await SlurmCommand.RunAsync("scontrol", ["ping"], null, cancellation, mayFail: true));

    private static async Task<IReadOnlyList<PastRun>?> RecallAsync(string[] which, CancellationToken cancellation)
    {
        try
        {
            string[] arguments = [.. SacctOutput.Arguments, .. which];
            return SacctOutput.Runs(await SlurmCommand.RunAsync("sacct", arguments, SqueueOutput.Environment, cancellation));
        }
        catch (SlurmCommandException e) when (e.Message.Contains("accounting storage is disabled", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }
}
