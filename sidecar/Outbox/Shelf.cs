using System.Diagnostics.CodeAnalysis;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// The runs that ended last, which are reported once more by listings of the queue; of those before them memory is freed once
/// they are on disk. So a backlog of any length takes no more memory than a short one. Not thread-safe.
/// </summary>
/// <param name="places">How many stay in memory: what 13 jobs a second leave in the queue for MinJobAge (300 s by default).</param>
internal sealed class Shelf(int places = 4_000)
{
    private readonly Queue<(Run Run, Task Written)> _ended = new();

    /// <summary>A run that has ended, as it is now.</summary>
    /// <param name="run">The run.</param>
    /// <param name="written">Ends when it is on disk.</param>
    public void Add(Run run, Task written) => _ended.Enqueue((run, written));

    /// <summary>The next run to be freed.</summary>
    public bool TryTake([NotNullWhen(true)] out Run? run)
    {
        run = _ended.Count > places && _ended.Peek().Written.IsCompleted ? _ended.Dequeue().Run : null;
        return run is not null;
    }
}
