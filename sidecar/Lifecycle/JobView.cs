using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>A hold, or a run, as somebody asks about it.</summary>
/// <param name="Hold">What waits; null for a run.</param>
/// <param name="Run">What runs or ended; null for a hold.</param>
/// <param name="Asked">What the job of the hold asks for; null when that is not known.</param>
internal sealed record JobView(Hold? Hold, Run? Run, JobRequest? Asked = null)
{
    public uint Uid => Hold?.Uid ?? Run!.Uid;

    /// <summary>By which the newest come first.</summary>
    public DateTimeOffset At => Hold?.Submitted ?? Run!.Start ?? Run!.Submit ?? DateTimeOffset.UnixEpoch;

    /// <summary>On which accounts.</summary>
    public bool IsOn(string account) => Hold is not null ? Hold.Shares.Any(share => share.Account == account) : Run!.Account == account;

    /// <summary>Its own id, or that of its array.</summary>
    public bool IsOf(IReadOnlyCollection<uint> jobs) =>
        Hold is not null
            ? Hold.JobId is { } id && jobs.Contains(id)
            : jobs.Contains(Run!.Key.JobId) || (Run.ArrayJobId is { } array && jobs.Contains(array));
}
