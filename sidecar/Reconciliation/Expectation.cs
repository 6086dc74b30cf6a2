using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>What the bank should have of a run that is over, by Slurm's accounting. Pure.</summary>
/// <param name="Accounted">The run.</param>
/// <param name="Run">As it should be settled; null when no account pays for it.</param>
/// <param name="Record">As the bank should have it; null when no account pays for it.</param>
/// <param name="Seen">How far the run has come here; null when it is not known here, or not any more.</param>
/// <param name="PricesKnown">Its prices are those that were in force at its start, and not merely the oldest that are known.</param>
internal sealed record Expectation(AccountedRun Accounted, Run? Run, Job? Record, RunState? Seen, bool PricesKnown)
{
    // Accounting that has lost more runs of a job than these is no help with the rest.
    private const int MostMoreRestarts = 8;

    /// <summary>What it is called at the bank.</summary>
    public required string BankId { get; init; }

    /// <summary>Where it ran nothing has a price.</summary>
    public bool IsUnpriced => Run is { Rates: { CpuPrice: 0, TresPrices.Count: 0 } };

    /// <param name="life">What is known of jobs; nothing is changed.</param>
    /// <param name="accounted">The run.</param>
    /// <param name="settings">In force.</param>
    /// <param name="pricesSince">As far back as prices are known.</param>
    public static Expectation Of(JobLife life, AccountedRun accounted, BankSettings settings, DateTimeOffset pricesSince)
    {
        var (key, known) = Find(life.Book, accounted);
        var facts = accounted.Facts with { Restart = key.Restart };
        var bankId = settings.Sidecar.BankJobId(key.JobId, key.Restart);
        if ((known ?? life.Opened(key, facts, settings)) is not { } run)
        {
            return new Expectation(accounted, null, null, null, PricesKnown: false) { BankId = bankId };
        }

        run = run with
        {
            State = RunState.Settling,
            Actual = Allocations.CostOf(facts, run, settings),
            Closed = null,
            Term = life.Book.Term,
            Tres = "",
        };
        var record = BankRecord.Settlement(facts, run, settings.Sidecar);
        return new Expectation(accounted, run, record, known?.State, known is not null || facts.Start >= pricesSince) { BankId = bankId };
    }

    // Whoever took the run in knows its restart count; accounting may have lost its earlier runs. Another job's run of the same
    // id is not meant.
    private static (RunKey Key, Run? Known) Find(Book book, AccountedRun accounted)
    {
        var facts = accounted.Facts;
        var job = facts.ArrayJobId ?? facts.JobId;
        var own = HoldId.OfJob(job, accounted.Queued ?? facts.Start ?? DateTimeOffset.UnixEpoch);
        var usual = new RunKey(facts.Mark?.Id ?? own, facts.JobId, facts.Restart);
        var known = new[] { facts.Mark?.Id, book.HoldOfJob(job), own }
            .OfType<HoldId>()
            .Distinct()
            .SelectMany(id => RunsOf(book, new RunKey(id, facts.JobId, facts.Restart)))
            .FirstOrDefault(run => run.Submit == facts.Submit || run.Start == facts.Start);
        return (known?.Key ?? usual, known);
    }

    private static IEnumerable<Run> RunsOf(Book book, RunKey likely)
    {
        var others = Enumerable.Range(0, (int)likely.Restart + MostMoreRestarts).Select(restart => likely with { Restart = (uint)restart });
        return others.Prepend(likely).Select(book.Find).OfType<Run>();
    }
}
