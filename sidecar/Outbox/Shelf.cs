using System.Diagnostics.CodeAnalysis;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Runs that ended and stay in memory for as long as listings of the queue report them once more, as far as there are places. Of all
/// others memory is freed once they are on disk: a backlog of any length takes no more than a short one, and what comes by the thousand
/// a second leaves the collector nothing to carry from generation to generation. Not thread-safe.
/// </summary>
/// <param name="places">How many stay: what 13 jobs a second leave in the queue for MinJobAge.</param>
internal sealed class Shelf(int places = 4_000)
{
    /// <summary>How long they stay: MinJobAge's default.</summary>
    public static readonly TimeSpan Stay = TimeSpan.FromSeconds(300);

    private readonly Queue<(Run Run, Task Written, DateTimeOffset Until)> _staying = new();
    private readonly Queue<(Run Run, Task Written)> _passing = new();

    /// <summary>A run that has ended, as it is now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="written">Ends when it is on disk.</param>
    /// <param name="now">The present.</param>
    public void Add(Run run, Task written, DateTimeOffset now)
    {
        if (_staying.Count < places)
        {
            _staying.Enqueue((run, written, now + Stay));
        }
        else
        {
            _passing.Enqueue((run, written));
        }
    }

    /// <summary>The next run to be freed.</summary>
    public bool TryTake(DateTimeOffset now, [NotNullWhen(true)] out Run? run)
    {
        run =
            _staying.TryPeek(out var staying) && staying.Until <= now && staying.Written.IsCompleted ? _staying.Dequeue().Run
            : _passing.TryPeek(out var passing) && passing.Written.IsCompleted ? _passing.Dequeue().Run
            : null;
        return run is not null;
    }
}
