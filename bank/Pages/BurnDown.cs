using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Pages;

/// <summary>The span of time over which an account's balance is shown, in steps of whole days (UTC).</summary>
/// <param name="Since">Its first moment.</param>
/// <param name="Step">How long each step is.</param>
/// <param name="Until">Where what is known ends.</param>
/// <param name="End">Where the drawing ends: the end of the window, where it has one that is not past.</param>
internal sealed record BurnDown(DateTimeOffset Since, TimeSpan Step, DateTimeOffset Until, DateTimeOffset End)
{
    private const int MostSteps = 92;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Unbounded = TimeSpan.FromDays(90);

    /// <summary>The span of an allocation: its window as far as it has come; without a beginning, or before it, the last 90 days.</summary>
    public static BurnDown Of(Allocation allocation, DateTimeOffset now)
    {
        var until = allocation.End < now ? allocation.End.Value : now;
        var since = Midnight(allocation.Start < until ? allocation.Start.Value : until - Unbounded);
        var days = Math.Ceiling((until - since) / Day);
        var step = Math.Max(1, Math.Ceiling(days / MostSteps)) * Day;
        return new BurnDown(since, step, until, allocation.End > until ? allocation.End.Value : until);
    }

    /// <summary>The moments to which balances belong: the beginning, and the end of each step.</summary>
    public IReadOnlyList<DateTimeOffset> Moments()
    {
        var moments = new List<DateTimeOffset> { Since };
        for (var begun = Since; begun < Until; begun += Step)
        {
            moments.Add(begun + Step < Until ? begun + Step : Until);
        }

        return moments;
    }

    private static DateTimeOffset Midnight(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
