using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Grants clusters that share a project what each may spend of it without asking.</summary>
public static class LeaseTeller
{
    /// <summary>
    /// How much longer a lease counts here than its cluster is told: so much may the clocks of several banks on one database differ
    /// without one of them taking for stale what another has just granted.
    /// </summary>
    public static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(5);

    /// <summary>How long a lease that covers no hold is kept after it expired.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromDays(90);

    /// <summary>Takes what a cluster tells of its holds and grants what it may spend until it tells again.</summary>
    /// <param name="books">The books.</param>
    /// <param name="account">The project.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="asked">
    /// What it wants. What arrives late, or a second time, changes nothing: the cluster has decided by later answers since.
    /// </param>
    /// <param name="duration">How long the cluster may decide on it.</param>
    /// <param name="now">The bank's time.</param>
    /// <exception cref="TellerException">There is no such project.</exception>
    public static ClusterLeases Renew(IBooks books, string account, string cluster, LeaseAsk asked, TimeSpan duration, DateTimeOffset now)
    {
        var project = AccountTeller.Find(books, account);
        WindowTeller.Expire(books, project, now);
        var expires = now + duration + ClockMargin;
        var known = books.LeasesOf(account, cluster, Lease.OfProject) is [var own, ..] ? own : null;
        var isLate = asked.Sequence <= known?.Sequence;
        var sequence = isLate ? known!.Sequence : asked.Sequence ?? known?.Sequence ?? 0;
        var made = new List<Lease>();
        var lines = new List<LimitLease>();
        foreach (var request in asked.Requests)
        {
            var (limit, isMember) = Read(books, project, request.Uid, now);
            if (isMember && !isLate)
            {
                var lease = limit.Renew(account, cluster, request, expires) with { Sequence = sequence };
                made.Add(lease);
                limit = limit.With(lease);
            }

            lines.Add(ToLine(limit, cluster, request.Uid, isMember));
        }

        books.Save(made);
        return Of(project, cluster, sequence, lines, isLate ? Left(known!, now) : duration, now);
    }

    /// <summary>A cluster's leases on a project as they are.</summary>
    /// <exception cref="TellerException">There is no such project, or the cluster has none on it.</exception>
    public static ClusterLeases Show(IBooksReader books, string account, string cluster, DateTimeOffset now)
    {
        var project = AccountTeller.Find(books, account);
        var leases = Some(books, account, cluster);
        var lines = leases.Select(lease =>
        {
            var (limit, isMember) = Read(books, project, lease.Uid, now);
            return ToLine(limit, cluster, lease.Uid, isMember);
        });
        return Of(project, cluster, leases[0].Sequence, [.. lines], Left(leases[0], now), now);
    }

    /// <summary>Takes all leases of a cluster on a project away: what it holds counts no more until it asks again.</summary>
    /// <exception cref="TellerException">There is no such project, or the cluster has none on it.</exception>
    public static LeaseRelease Release(IBooks books, string account, string cluster, string actor, string reason, DateTimeOffset now)
    {
        _ = AccountTeller.Find(books, account);
        var release = new LeaseRelease(now, account, cluster, Some(books, account, cluster)[0].Standing(now), actor, reason);
        books.Release(release);
        return release;
    }

    /// <summary>
    /// Forgets the leases that cover no hold and that nobody has renewed for so long that nobody will: of clusters that are gone, of users
    /// who submit no more. Each project's in a piece of work of its own.
    /// </summary>
    /// <returns>The names of the projects that had such.</returns>
    public static async Task<IReadOnlyList<string>> ForgetAbandoned(IBankStore store, TimeProvider time)
    {
        var before = time.GetUtcNow() - Abandoned;
        var projects = await store.Read(books => books.AbandonedLeases(before));
        foreach (var name in projects)
        {
            await store.Write(books =>
            {
                books.RemoveAbandonedLeases(AccountTeller.Find(books, name).Name, before);
                return true;
            });
        }

        return projects;
    }

    /// <summary>How long a cluster may still decide on a lease; zero when it is stale.</summary>
    public static TimeSpan Left(Lease lease, DateTimeOffset now) =>
        lease.Expires - ClockMargin > now ? lease.Expires - ClockMargin - now : TimeSpan.Zero;

    /// <summary>Lowers a cluster's leases by what it charged, which the limits count by themselves from now on.</summary>
    internal static void Charge(IBooks books, JobBill bill, string cluster, ServiceUnits amount, DateTimeOffset now) =>
        books.Save([.. books.LeasesOf(bill.Account, cluster, bill.Uid).Select(lease => lease.Charge(amount, now))]);

    /// <summary>What of a limit is leased to other clusters than the one that asks.</summary>
    /// <param name="books">The books.</param>
    /// <param name="account">The project.</param>
    /// <param name="uid">The user whose cap is meant; <see cref="Lease.OfProject"/> for the project's limit.</param>
    /// <param name="cluster">The cluster; null for a client that is none.</param>
    /// <param name="now">The bank's time.</param>
    internal static ServiceUnits LeasedToOthers(IBooksReader books, string account, string uid, string? cluster, DateTimeOffset now) =>
        new LeasedLimit(null, ServiceUnits.Zero, books.LeasesOn(account, uid), now).LeasedBut(cluster);

    // On the project's own limit first: a cluster has one on it whenever it has any.
    private static IReadOnlyList<Lease> Some(IBooksReader books, string account, string cluster) =>
        books.LeasesOf(account, cluster) is { Count: > 0 } leases
            ? leases
            : throw new TellerException(Refusals.NoLease(cluster, account), TellerFault.NotFound, "cluster");

    private static (LeasedLimit Limit, bool IsMember) Read(IBooksReader books, Account project, string uid, DateTimeOffset now)
    {
        var (name, allocation) = project;
        var leases = books.LeasesOn(name, uid);
        if (uid == Lease.OfProject)
        {
            var standing = Standing.Read(name, books.Balance);
            return (new LeasedLimit(allocation.IsExempt ? null : allocation.Total(standing.Deposited), standing.Usage, leases, now), true);
        }

        var member = books.FindMember(name, uid);
        var charged = -books.Balance(LedgerAccount.UserCap(name, uid));
        return (new LeasedLimit(allocation.IsExempt ? null : member?.Cap, charged, leases, now), member is not null);
    }

    private static LimitLease ToLine(LeasedLimit limit, string cluster, string uid, bool isMember)
    {
        var lease = limit.Of(cluster);
        return new LimitLease(
            uid,
            isMember,
            limit.Limit,
            limit.Charged,
            limit.Available,
            limit.Limit is null ? null : limit.StandingOf(cluster),
            limit.AskedBack(cluster),
            lease?.Uncovered ?? ServiceUnits.Zero
        );
    }

    private static ClusterLeases Of(
        Account project,
        string cluster,
        long sequence,
        List<LimitLease> lines,
        TimeSpan left,
        DateTimeOffset now
    ) =>
        new(
            project.Name,
            cluster,
            sequence,
            project.Allocation.IsActive(now),
            project.Allocation.IsExempt,
            left,
            lines[0],
            [.. lines.Skip(1)]
        );
}
