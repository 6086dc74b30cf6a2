using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>
/// One reconciliation: day by day, so that no more than a day of accounting is in memory. What is known here of a run is looked up
/// before the bank is asked about it, and nothing is posted for a run that has come further since.
/// </summary>
internal sealed class ReconciliationPass(
    IAccounting accounting,
    IBankApi bank,
    Teller teller,
    Journal journal,
    BankHealth health,
    BankSettings settings,
    DateTimeOffset pricesSince,
    TimeProvider time,
    Func<Difference, Task> tell,
    Func<DateTimeOffset, long, Task> reached
)
{
    /// <summary>Runs that are looked up at once: decisions wait meanwhile.</summary>
    private const int Slice = 16;

    /// <summary>What is posted waits in the outbox before what happens meanwhile: never much of it.</summary>
    private const int MostWaiting = 1000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>slurmdbd hears of a start later than the bank, but not so much later.</summary>
    private static readonly TimeSpan AccountedWithin = TimeSpan.FromMinutes(10);

    private readonly AccountedJobs _jobs = new(accounting);
    private readonly BankListing _listing = new(bank);
    private readonly Dictionary<string, string> _refusals = new(StringComparer.Ordinal);
    private readonly HashSet<(uint JobId, uint Restart)> _missing = [];
    private long _runs;
    private long _differences;
    private long _remarks;
    private long _posted;

    /// <exception cref="ReconciliationException">It can't be brought to its end.</exception>
    public async Task<ReconciliationSummary> RunAsync(DateTimeOffset since, DateTimeOffset until, bool post, CancellationToken cancellation)
    {
        foreach (var letter in journal.ReadDeadLetters(after: 0, int.MaxValue).Where(static letter => letter.Kind == DeliveryKind.Settle))
        {
            _refusals[letter.BankId] = letter.Problem;
        }

        await _listing.ReadAsync(since, settings.Sidecar, cancellation);
        for (var from = since; from < until; from += Day)
        {
            var to = until - from < Day ? until : from + Day;
            var runs = await _jobs.ReadAsync(from, to, cancellation);
            runs.ForEach(run => Know(run));
            var over = runs.Where(run => run.IsOver && run.Facts.End >= from && run.Facts.End < to);
            foreach (var slice in over.Chunk(Slice))
            {
                await CompareAsync(slice, post, cancellation);
            }

            await reached(to, _runs);
        }

        await FindStraysAsync(since, until, cancellation);
        return new ReconciliationSummary(since, until, _runs, _differences, _remarks, _posted, _listing.IsWhole);
    }

    // What never ran is nothing that the bank should have.
    private void Know(AccountedRun run)
    {
        if (run.IsOver || RunNumbering.GoesOn(run.Facts))
        {
            _listing.Know(settings.Sidecar.BankJobId(run.Facts.JobId, run.Facts.Restart));
        }
    }

    private async Task CompareAsync(AccountedRun[] runs, bool post, CancellationToken cancellation)
    {
        _runs += runs.Length;
        var expected = teller.Read(life => runs.Select(run => Expectation.Of(life, run, settings, pricesSince)).ToList());
        var doubtful = expected.Where(run => Compare(run, _listing.Know(run.BankId)) is not null).ToList();
        var stored = await Task.WhenAll(doubtful.Select(run => _listing.ReadAsync(run.BankId, cancellation)));
        foreach (var (run, record) in doubtful.Zip(stored))
        {
            if (Compare(run, record) is { } difference)
            {
                difference = GivenTwice(run, difference);
                var posted = post && difference.CanBePosted && await PostAsync(run, cancellation);
                await TellAsync(difference with { Posted = posted });
            }
        }
    }

    private Difference? Compare(Expectation expected, Job? stored) =>
        Comparison.Of(expected, stored, _refusals.GetValueOrDefault(expected.BankId));

    // Two jobs of one id can't both have a record.
    private Difference GivenTwice(Expectation expected, Difference difference)
    {
        var facts = expected.Accounted.Facts;
        return difference.Kind == DifferenceKind.Missing && !_missing.Add((facts.JobId, facts.Restart))
            ? difference with
            {
                Kind = DifferenceKind.Conflict,
                Note = Problems.IdGivenTwice,
            }
            : difference;
    }

    private async Task<bool> PostAsync(Expectation expected, CancellationToken cancellation)
    {
        while (journal.Room == JournalRoom.Ample && health.Available && journal.Count().Pending >= MostWaiting)
        {
            await Task.Delay(Pause, time, cancellation);
        }

        if (journal.Room != JournalRoom.Ample || !health.Available)
        {
            var why = health.Available ? Problems.NoRoom(journal.Problem) : Problems.BankUnreachable;
            throw new ReconciliationException(Problems.PostingStopped(why, _posted), ReconciliationObstacle.NotNow);
        }

        var told = false;
        await teller.ChangeAsync(life =>
        {
            var changes = life.Retold(expected.Run!, expected.Record!, expected.Seen);
            told = !changes.IsEmpty;
            return changes;
        });
        _posted += told ? 1 : 0;
        return told;
    }

    private async Task FindStraysAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        var young = time.GetUtcNow() - AccountedWithin;
        var strays = _listing.Unknown.Where(job => job.StartDate >= since && job.StartDate < until && job.StartDate < young).ToList();
        var ids = strays.Select(job => settings.Sidecar.JobIdOf(job.JobSlurmId)).OfType<uint>().ToHashSet();
        var runs = (await _jobs.ReadAsync(ids, cancellation)).ToLookup(static run => run.Facts.JobId);
        foreach (var job in strays)
        {
            // Accounting may number the runs of a job otherwise, when it has lost some of them.
            var known = runs[settings.Sidecar.JobIdOf(job.JobSlurmId) ?? 0]
                .Any(run =>
                    (run.IsOver || RunNumbering.GoesOn(run.Facts))
                    && (run.Facts.Submit == job.SubmitDate || run.Facts.Start == job.StartDate)
                );
            if (!known)
            {
                await TellAsync(Comparison.Stray(job));
            }
        }
    }

    private Task TellAsync(Difference difference)
    {
        _remarks += difference.IsRemark ? 1 : 0;
        _differences += difference.IsRemark ? 0 : 1;
        return tell(difference);
    }
}
