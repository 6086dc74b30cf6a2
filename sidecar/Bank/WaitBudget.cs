namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Bounds how long submissions wait for the bank altogether: Slurm serialises plugin calls, so their waits add up. At most
/// one decision_deadline is spent in any 5 seconds. Not thread-safe.
/// </summary>
internal sealed class WaitBudget
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private readonly Queue<(DateTimeOffset At, TimeSpan Spent)> _waits = new();

    /// <summary>How long the next wait may be; zero or less when nobody may wait.</summary>
    public TimeSpan Left(TimeSpan budget, DateTimeOffset now)
    {
        while (_waits.TryPeek(out var oldest) && now - oldest.At > Window)
        {
            _waits.Dequeue();
        }

        foreach (var (_, spent) in _waits)
        {
            budget -= spent;
        }

        return budget;
    }

    public void Spend(TimeSpan spent, DateTimeOffset now) => _waits.Enqueue((now, spent));
}
