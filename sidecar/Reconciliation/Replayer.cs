using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>What runs that are over would have cost by other prices, by Slurm's accounting. Changes nothing.</summary>
internal sealed class Replayer(IAccounting accounting, Teller teller, SettingsStore settings, TimeProvider time)
{
    private const int Slice = 16;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // What a file of prices need not say.
    private const string NoBank = "\n[API]\nurl = \"http://unset.invalid\"\ntoken = \"unset\"\n";

    /// <param name="prices">TOML.</param>
    /// <param name="since">Runs that ended before are not looked at.</param>
    /// <param name="until">Neither are those that ended then or later; null for the present.</param>
    /// <param name="progress">Called after each day.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ReconciliationException">It can't be made, or not to its end.</exception>
    public async Task<Replay> RunAsync(
        string prices,
        DateTimeOffset since,
        DateTimeOffset? until,
        Func<DateTimeOffset, long, Task> progress,
        CancellationToken cancellation
    )
    {
        var inForce =
            settings.Current.Settings ?? throw new ReconciliationException(Problems.NoConfiguration, ReconciliationObstacle.NotNow);
        var other = Read(prices);
        var now = time.GetUtcNow();
        var end = until is { } wanted && wanted < now ? wanted : now;
        if (since >= end)
        {
            throw new ReconciliationException(Problems.NoSpan($"{since:u}", $"{end:u}"), ReconciliationObstacle.NoSpan);
        }

        var jobs = new AccountedJobs(accounting);
        var usage = new Dictionary<(string Account, string Partition), ReplayedUsage>();
        var (count, unknown) = (0L, 0L);
        for (var from = since; from < end; from += Day)
        {
            var to = end - from < Day ? end : from + Day;
            var runs = await jobs.ReadAsync(from, to, cancellation);
            foreach (var slice in runs.Where(run => run.IsOver && run.Facts.End >= from && run.Facts.End < to).Chunk(Slice))
            {
                var expected = teller.Read(life => slice.Select(run => Expectation.Of(life, run, inForce, settings.KnownSince)).ToList());
                foreach (var run in expected)
                {
                    count++;
                    unknown += run.PricesKnown ? 0 : 1;
                    Add(run, inForce, other, usage);
                }
            }

            await progress(to, count);
        }

        return new Replay(
            since,
            end,
            count,
            unknown,
            [
                .. usage
                    .Values.OrderBy(static row => row.Account, StringComparer.Ordinal)
                    .ThenBy(static row => row.Partition, StringComparer.Ordinal),
            ]
        );
    }

    private static BankSettings Read(string prices)
    {
        var own = BankConfigReader.Read(prices, "prices");
        var reading = own.Settings is null ? BankConfigReader.Read(prices + NoBank, "prices") : own;
        return reading.Settings
            ?? throw new ReconciliationException(
                string.Join("; ", own.Problems.Where(static problem => problem.IsError)),
                ReconciliationObstacle.NoSpan
            );
    }

    private static void Add(
        Expectation expected,
        BankSettings inForce,
        BankSettings other,
        Dictionary<(string Account, string Partition), ReplayedUsage> usage
    )
    {
        if (expected.Run is not { } run)
        {
            return;
        }

        var facts = expected.Accounted.Facts;
        var would = Allocations.CostOf(facts, run with { Rates = Rates.For(other, facts.Partition, facts.Qos) }, inForce);
        var known = usage.GetValueOrDefault(
            (run.Account, run.Partition),
            new ReplayedUsage(run.Account, run.Partition, 0, ServiceUnits.Zero, ServiceUnits.Zero)
        );
        usage[(run.Account, run.Partition)] = known with
        {
            Runs = known.Runs + 1,
            Cost = known.Cost + (run.Actual ?? ServiceUnits.Zero),
            WouldCost = known.WouldCost + would,
        };
    }
}
