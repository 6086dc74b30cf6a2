using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>
/// Clusters that share a limit, each renewing in its turn and deciding in between on what it has in memory, in any order:
/// 1. what is charged and what is leased never pass the limit, and no cluster holds more than its lease;
/// 2. no renewal lowers a lease below what its cluster keeps, and the same renewal again changes nothing;
/// 3. what one wants is met within three more rounds of renewals, in any order, when it fits beside what the others hold and these want
///    nothing;
/// 4. where several want more than there is, each of which would fit alone, one is met within six.
/// </summary>
public sealed class LeaseProperties
{
    private static readonly DateTimeOffset Start = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Property(MaxTest = 500, Arbitrary = [typeof(Histories)])]
    public void Leases_and_charges_stay_within_the_limit(History history)
    {
        var clusters = new Clusters(history);
        foreach (var step in history.Steps)
        {
            clusters.Do(step);
            Assert.True(clusters.Counted <= history.Limit, $"{clusters.Counted} of {history.Limit}");
            Assert.All(clusters.All, static cluster => Assert.True(cluster.Held <= cluster.Leased));
        }
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Histories)])]
    public void A_demand_that_fits_is_met_once_the_others_want_nothing(History history)
    {
        var clusters = new Clusters(history);
        foreach (var step in history.Steps)
        {
            clusters.Do(step);
        }

        foreach (var cluster in clusters.All)
        {
            cluster.Need = 0;
        }

        // That they want nothing they have told.
        clusters.RunRounds(1);
        var hungry = clusters.All[history.Seed % clusters.All.Count];
        hungry.Need = history.Limit - clusters.Charged - clusters.All.Sum(static cluster => cluster.Held);
        // The others are told of it, give, and it takes: each in its turn.
        clusters.Renew(hungry);
        clusters.RunRounds(3);
        Assert.True(hungry.Need == 0, $"{hungry}: {clusters}");
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Histories)])]
    public void Of_demands_of_which_each_fits_alone_one_is_met(History history)
    {
        var clusters = new Clusters(history);
        foreach (var step in history.Steps)
        {
            clusters.Do(step);
        }

        var free = history.Limit - clusters.Charged - clusters.All.Sum(static cluster => cluster.Held);
        var random = new Random(history.Seed);
        foreach (var cluster in clusters.All)
        {
            (cluster.Need, cluster.Met) = (Math.Max(1, free / 2 + random.NextInt64(free / 2 + 1)), 0);
        }

        clusters.RunRounds(6);
        Assert.True(free == 0 || clusters.All.Any(static cluster => cluster.Met > 0), $"{clusters}");
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(Histories)])]
    public void Those_who_want_nothing_come_to_equal_idle_leases(History history)
    {
        var clusters = new Clusters(history);
        foreach (var step in history.Steps)
        {
            clusters.Do(step);
        }

        foreach (var cluster in clusters.All)
        {
            cluster.Need = 0;
        }

        // Each round at least halves what is uneven.
        clusters.RunRounds(12);
        var idle = (history.Limit - clusters.Charged - clusters.All.Sum(static cluster => cluster.Held)) / clusters.All.Count;
        Assert.All(
            clusters.All,
            cluster => Assert.InRange(cluster.Leased - cluster.Held, idle - clusters.All.Count, idle + clusters.All.Count)
        );
    }

    /// <summary>The bank's side is the rule; the clusters' side is what docs/bank.md asks of them.</summary>
    private sealed class Clusters(History history)
    {
        private readonly Random _random = new(history.Seed);
        private readonly Dictionary<string, Lease> _leases = [];
        private DateTimeOffset _now = Start;

        public List<Cluster> All { get; } = [.. Enumerable.Range(0, history.Clusters).Select(static i => new Cluster($"c{i}"))];

        public long Charged { get; private set; }

        public long Counted => Charged + _leases.Values.Sum(lease => lease.Standing(_now).Hundredths);

        public void Do(Step step)
        {
            _now = _now.AddMilliseconds(10);
            var cluster = All[step.Cluster % All.Count];
            switch (step.Kind)
            {
                case 0:
                    Renew(cluster);
                    break;
                case 1:
                    // A submission, decided from memory: it is held, or it is wanted.
                    if (cluster.Held + step.Amount <= cluster.Leased)
                    {
                        cluster.Held += step.Amount;
                    }
                    else
                    {
                        cluster.Need = step.Amount;
                    }

                    break;
                case 2:
                    // A start: the hold becomes a charge.
                    var charge = Math.Min(step.Amount, cluster.Held);
                    cluster.Held -= charge;
                    Charged += charge;
                    if (_leases.TryGetValue(cluster.Name, out var lease))
                    {
                        _leases[cluster.Name] = lease.Charge(new(charge), _now);
                        cluster.Leased = _leases[cluster.Name].Granted.Hundredths;
                    }

                    break;
                default:
                    cluster.Held -= Math.Min(step.Amount, cluster.Held);
                    cluster.Need = 0;
                    break;
            }
        }

        /// <summary>All renew, each once, in an order of its own.</summary>
        public void RunRounds(int count)
        {
            for (var round = 0; round < count; round++)
            {
                foreach (var cluster in All.OrderBy(_ => _random.Next()).ToList())
                {
                    _now = _now.AddMilliseconds(10);
                    Renew(cluster);
                }
            }
        }

        public void Renew(Cluster cluster)
        {
            var before = cluster.Leased;
            // What is needed is told first; who is asked to give all the same gives, and tells again. Some keep what else they have.
            var isTold = cluster.Need == cluster.Told;
            var least = cluster.Held + cluster.Need;
            var want =
                cluster.AskedBack > 0 && isTold ? Math.Max(cluster.Held, before - cluster.AskedBack)
                : history.KeepsWhatItHas ? Math.Max(before, least)
                : least;
            cluster.Told = want >= least ? cluster.Need : 0;
            var lease = Send(cluster, want);
            Assert.True(lease.Granted.Hundredths >= Math.Min(before, want), "it was lowered below what the cluster kept");
            Assert.Equal(lease, Send(cluster, want));
            cluster.Leased = lease.Granted.Hundredths;
            if (cluster.IsMet)
            {
                // The job that waited for it comes in.
                (cluster.Held, cluster.Need, cluster.Met) = (cluster.Held + cluster.Need, 0, cluster.Met + 1);
            }

            cluster.AskedBack = Limit().AskedBack(cluster.Name).Hundredths;
            // What has just come in is not told yet.
            cluster.AskedBack = Math.Min(cluster.AskedBack, cluster.Leased - cluster.Held);
            Assert.True(cluster.AskedBack >= 0);
        }

        public override string ToString() => string.Join("; ", All) + $"; charged {Charged} of {history.Limit}";

        private Lease Send(Cluster cluster, long want)
        {
            var lease = Limit().Renew("x", cluster.Name, new LeaseRequest("", new(cluster.Held), new(want)), _now.AddSeconds(65));
            _leases[cluster.Name] = lease;
            return lease;
        }

        private LeasedLimit Limit() => new(new ServiceUnits(history.Limit), new(Charged), [.. _leases.Values], _now);
    }

    private sealed class Cluster(string name)
    {
        public string Name => name;

        public long Held { get; set; }

        public long Need { get; set; }

        public long Leased { get; set; }

        public long AskedBack { get; set; }

        public long Told { get; set; }

        public int Met { get; set; }

        public bool IsMet => Need > 0 && Leased >= Held + Need;

        public override string ToString() => $"{name}: leased {Leased}, holds {Held}, needs {Need}, asked {AskedBack}";
    }
}

public sealed record Step(int Cluster, int Kind, long Amount);

public sealed record History(int Clusters, long Limit, bool KeepsWhatItHas, int Seed, Step[] Steps);

public static class Histories
{
    public static Arbitrary<History> Any()
    {
        var step =
            from cluster in Gen.Choose(0, 5)
            from kind in Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Constant(3)))
            from amount in Gen.Frequency((1, Gen.Choose(0, 3)), (4, Gen.Choose(1, 4_000)))
            select new Step(cluster, kind, amount);
        return (
            from clusters in Gen.Choose(1, 6)
            from limit in Gen.Frequency((1, Gen.Choose(0, 20)), (6, Gen.Choose(1_000, 20_000)))
            from keeps in Gen.Elements(true, false)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from steps in step.ArrayOf()
            select new History(clusters, limit, keeps, seed, steps)
        ).ToArbitrary();
    }
}
