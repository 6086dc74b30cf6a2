namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// Gives memory back when there is nothing to do. A list of thousands of objects leaves several times its size behind, and
/// where nothing happens afterwards no collection ever comes: half of what the operator had at rest was that.
/// </summary>
internal sealed class RestingHeap(WorkQueue queue, TimeProvider time)
{
    private const long Worthwhile = 16 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var last = 0L;
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (queue.Depth == 0 && allocated - last >= Worthwhile)
            {
                // Tens of milliseconds in which nobody waits for anything but, at worst, one edit.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                last = allocated;
            }
        }
    }
}
