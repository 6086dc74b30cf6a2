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

    private readonly Queue<(Run Run, Task Written, DateTimeOffset? Until)> _unwritten = new();

    // Without the task: somebody has waited for it, so that it keeps an event and a handle with it.
    private readonly Queue<(Run Run, DateTimeOffset Until)> _staying = new();
    private int _taken;

    /// <summary>A run that has ended, as it is now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="written">Ends when it is on disk; of what is added later, not before.</param>
    /// <param name="now">The present.</param>
    public void Add(Run run, Task written, DateTimeOffset now)
    {
        var stays = _taken < places;
        _taken += stays ? 1 : 0;
        _unwritten.Enqueue((run, written, stays ? now + Stay : null));
    }

    /// <summary>The next run to be freed.</summary>
    public bool TryTake(DateTimeOffset now, [NotNullWhen(true)] out Run? run)
    {
        while (_unwritten.TryPeek(out var next) && next.Written.IsCompleted)
        {
            _unwritten.Dequeue();
            if (next.Until is not { } until)
            {
                run = next.Run;
                return true;
            }

            _staying.Enqueue((next.Run, until));
        }

        run = null;
        if (_staying.TryPeek(out var first) && first.Until <= now)
        {
            run = _staying.Dequeue().Run;
            _taken--;
        }

        return run is not null;
    }
}
