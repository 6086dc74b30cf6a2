namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>One complete listing of the queue, finished jobs within MinJobAge included.</summary>
/// <param name="Begun">When the listing was asked for: what happened later may be missing from it.</param>
/// <param name="Keys">Of all records.</param>
/// <param name="Read">
/// The record of a place in <paramref name="Keys"/>. Each is read anew when it is asked for: kept as objects, those of a long queue
/// would be for the collector to move about, and decisions would wait for it. Not thread-safe.
/// </param>
/// <param name="User">Null when all users' jobs were asked for; else the one whose were.</param>
internal sealed record QueueListing(DateTimeOffset Begun, IReadOnlyList<QueueKey> Keys, Func<int, QueueJob> Read, uint? User = null)
{
    /// <summary>
    /// How long to wait for a report of how a run of a requeued job ended: the queue tells no more than when. Accounting, where
    /// there is one, tells it in time.
    /// </summary>
    public TimeSpan ReportedWithin { get; init; } = TimeSpan.FromMinutes(1);
}
