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

    /// <summary>A decision is being made, until what is given back is disposed of.</summary>
    public Turn Decide()
    {
        Interlocked.Increment(ref _deciding);
        return new Turn(this);
    }

    /// <summary>Called without the lock, before it is taken for a piece of the work.</summary>
    public void GiveWay()
    {
        for (var i = 0; i < LongestWait && Volatile.Read(ref _deciding) > 0; i++)
        {
            Thread.Yield();
        }
    }

    /// <summary>The time that one decision takes.</summary>
    public readonly ref struct Turn(Precedence precedence)
    {
        public void Dispose() => Interlocked.Decrement(ref precedence._deciding);
    }
}
