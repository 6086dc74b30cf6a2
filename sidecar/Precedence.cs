namespace SlurmBanking.Sidecar;

/// <summary>
/// Lets decisions go first where long work takes a lock again and again: a lock is not fair, and whoever has just let go of it
/// would have it again before a decision that waits has woken.
/// </summary>
internal sealed class Precedence
{
    // A decision takes microseconds under the lock; one that waits for the bank does not keep the work from going on.
    private const int LongestWait = 20;

    private int _deciding;

    /// <summary>Makes a decision.</summary>
    public T Decide<T>(Func<T> decide)
    {
        Interlocked.Increment(ref _deciding);
        try
        {
            return decide();
        }
        finally
        {
            Interlocked.Decrement(ref _deciding);
        }
    }

    /// <summary>Called without the lock, before it is taken for a piece of the work.</summary>
    public void GiveWay()
    {
        for (var i = 0; i < LongestWait && Volatile.Read(ref _deciding) > 0; i++)
        {
            Thread.Yield();
        }
    }
}
