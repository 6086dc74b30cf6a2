using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// One limit and the leases of all clusters on it. It holds whatever clusters do that:
/// <list type="number">
/// <item>A renewal takes no more than is available, so leases and charges together never pass the limit by it.</item>
/// <item>What a live lease has is lowered by its own cluster alone, which decides on it while its request is under way.</item>
/// <item>
/// Nobody waits for ever: who wants more is told of to all who have idle lease, and the smallest want is met first, so that
/// even where not all fit one does.
/// </item>
/// </list>
/// </summary>
/// <param name="limit">The limit, credit included; null where nothing limits.</param>
/// <param name="charged">What is charged against it.</param>
/// <param name="leases">The leases on it, one of a cluster at most.</param>
/// <param name="now">The bank's time.</param>
public sealed class LeasedLimit(ServiceUnits? limit, ServiceUnits charged, IReadOnlyList<Lease> leases, DateTimeOffset now)
{
    /// <summary>The limit; null where nothing limits.</summary>
    public ServiceUnits? Limit => limit;

    /// <summary>What is charged against it.</summary>
    public ServiceUnits Charged => charged;

    /// <summary>
    /// What neither is charged nor leased; null where nothing limits. Less than zero after an adjustment or an overrun.
    /// </summary>
    public ServiceUnits? Available => limit - charged - LeasedBut(null);

    /// <summary>The lease of a cluster; null when it has none.</summary>
    public Lease? Of(string cluster) => leases.FirstOrDefault(lease => lease.Cluster == cluster);

    /// <summary>What the lease of a cluster counts; zero when it has none.</summary>
    public ServiceUnits StandingOf(string cluster) => Of(cluster)?.Standing(now) ?? ServiceUnits.Zero;

    /// <summary>The limit with a lease in the place of the one that the same cluster has.</summary>
    public LeasedLimit With(Lease lease) => new(limit, charged, [.. leases.Where(other => other.Cluster != lease.Cluster), lease], now);

    /// <summary>What is leased to the other clusters.</summary>
    /// <param name="cluster">The cluster that is not counted; null to count all.</param>
    public ServiceUnits LeasedBut(string? cluster) => Sum(leases.Where(lease => lease.Cluster != cluster), lease => lease.Standing(now));

    /// <summary>
    /// The lease that a cluster has after its request. The same request again, when nothing else happened, gives the same.
    /// </summary>
    /// <param name="account">The project.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="asked">What it tells and wants.</param>
    /// <param name="expires">When the lease becomes stale.</param>
    public Lease Renew(string account, string cluster, LeaseRequest asked, DateTimeOffset expires)
    {
        Lease Made(ServiceUnits granted) =>
            new(
                account,
                cluster,
                asked.Uid,
                granted,
                asked.Held,
                asked.Want,
                More(asked.Want, granted),
                More(asked.Held, granted),
                expires
            );

        if (limit is not { } most)
        {
            // What it holds counts from the moment on at which somebody sets a limit.
            return Made(asked.Held) with { Unmet = ServiceUnits.Zero };
        }

        var others = leases.Where(lease => lease.Cluster != cluster).ToList();
        var awake = others.Where(lease => lease.IsLive(now)).ToList();
        var free = most - charged - Sum(others, lease => lease.Standing(now));

        // 1. What it wants no more it has given back already, before it sent this.
        var granted = Smaller(StandingOf(cluster), asked.Want);
        void Raise(ServiceUnits target, ServiceUnits reserved) => granted += Smaller(More(target, granted), More(free - granted, reserved));

        // 2. What it holds comes before what anybody wants: it is as good as spent.
        Raise(asked.Held, ServiceUnits.Zero);

        // 3. What it wants, but for what others hold without a lease, and what those want who want less.
        var uncovered = Sum(awake, static lease => lease.Uncovered);
        var first = First(awake);
        var isAfter = first is not null && IsBefore(first, asked.Want - asked.Held, cluster);
        Raise(asked.Want, isAfter ? uncovered + More(first!.Unmet, first.Uncovered) : uncovered);

        // 4. Its part of what nobody wants, so that it need not ask for the next job.
        var idle = More(free, granted) + Sum(awake, lease => lease.Idle(now)) + More(granted, asked.Held);
        Raise(Smaller(asked.Held + Part(idle, awake.Count + 1), ServiceUnits.Max), Sum(awake, static lease => lease.Unmet));
        return Made(granted);
    }

    /// <summary>
    /// How much of its idle lease a cluster is asked to give back, with its next request: for what others want in vain, for limits that are
    /// passed, or, where nobody wants anything, for others to have as much idle lease as it has.
    /// </summary>
    public ServiceUnits AskedBack(string cluster)
    {
        if (Available is not { } available || Of(cluster) is not { } own || !own.IsLive(now))
        {
            return ServiceUnits.Zero;
        }

        var others = leases.Where(lease => lease.Cluster != cluster && lease.IsLive(now)).ToList();
        var idle = own.Idle(now);
        if (own.Unmet > ServiceUnits.Zero)
        {
            // Who wants least is served, and the others wait for their turn: if each kept its part, each might lack just a little.
            var first = First(others);
            var isAfter = first is not null && IsBefore(first, own.Wish, cluster);
            return Smaller(idle, More(isAfter ? first!.Unmet : ServiceUnits.Zero, available));
        }

        var unmet = Sum(others, static lease => lease.Unmet);
        if (unmet > ServiceUnits.Zero || available < ServiceUnits.Zero)
        {
            return Smaller(idle, More(unmet, available));
        }

        var part = Part(available + idle + Sum(others, lease => lease.Idle(now)), others.Count + 1);
        return Smaller(More(idle, part), More(Sum(others, lease => More(part, lease.Idle(now))), available));
    }

    private static Lease? First(IEnumerable<Lease> live) =>
        live.Where(static lease => lease.Unmet > ServiceUnits.Zero)
            .OrderBy(static lease => lease.Wish)
            .ThenBy(static lease => lease.Cluster, StringComparer.Ordinal)
            .FirstOrDefault();

    private static bool IsBefore(Lease lease, ServiceUnits wish, string cluster) =>
        lease.Wish < wish || (lease.Wish == wish && string.CompareOrdinal(lease.Cluster, cluster) < 0);

    // Rounded down: what is left over, fewer hundredths than there are clusters, is whose who wants it.
    private static ServiceUnits Part(ServiceUnits amount, int count) => new(amount.Hundredths / count);

    private static ServiceUnits Sum(IEnumerable<Lease> of, Func<Lease, ServiceUnits> what) =>
        of.Aggregate(ServiceUnits.Zero, (sum, lease) => sum + what(lease));

    /// <summary>By how much the left is more than the right; zero when it is not.</summary>
    private static ServiceUnits More(ServiceUnits left, ServiceUnits right) => left > right ? left - right : ServiceUnits.Zero;

    private static ServiceUnits Smaller(ServiceUnits left, ServiceUnits right) => left < right ? left : right;
}
