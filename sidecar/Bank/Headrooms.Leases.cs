using System.Globalization;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Headrooms that are leases. The bank lowers no lease before it lapses, so what is given back is taken off here before the bank
/// is told; and it lowers a lease by what this cluster charges, as it is done here. So what is known here is never more than
/// what the bank has granted.
/// </summary>
internal sealed partial class Headrooms
{
    /// <summary>As many as the bank takes at once.</summary>
    private const int UsersOfRenewal = 1000;

    // Who was refused will try again, or gives up.
    private static readonly TimeSpan NeededFor = TimeSpan.FromMinutes(2);

    // What is held beyond what the bank knows is not covered if this cluster is never heard of again.
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(5);

    /// <summary>The leases that there are.</summary>
    public IEnumerable<Lease> Leases => _accounts.Values.Select(static account => account.Lease).OfType<Lease>();

    /// <summary>The lease on an account has lapsed: what it had may be another cluster's by now.</summary>
    public bool HasLapsed(string account, TimeProvider time) =>
        _accounts.TryGetValue(account, out var state) && state.Lease is { } lease && lease.HasLapsed(time);

    /// <summary>A question about somebody else in the account has just answered this one, too.</summary>
    public bool IsFresh(string account, uint uid, DateTimeOffset now) =>
        _accounts.TryGetValue(account, out var state)
        && state.Lease is not null
        && state.Users.TryGetValue(uid, out var user)
        && user is { Doubtful: false, Headroom: { } headroom }
        && now - headroom.Read < ShortestInterval;

    /// <summary>A submission or change did not fit: somebody needs so much more than is held, and may get it by now.</summary>
    public void Need(string account, uint uid, ServiceUnits amount, DateTimeOffset now)
    {
        var user = UserOf(account, uid);
        user.Doubtful = true;
        user.Needed = NeededBy(user, now) is var before && before > amount ? before : amount;
        user.NeededAt = now;
    }

    /// <summary>What to ask the bank for; what is given back by that is taken off at once.</summary>
    /// <param name="account">The account.</param>
    /// <param name="uid">Who is asked about in any case.</param>
    /// <param name="book">What is held.</param>
    /// <param name="sequence">Of the request.</param>
    /// <param name="now">The present.</param>
    public LeaseRenewal Claim(string account, uint uid, Book book, long sequence, DateTimeOffset now)
    {
        var state = AccountOf(account);
        var users = state
            .Users.Where(pair => pair.Key == uid || (!pair.Value.IsAlone && now - pair.Value.Wanted < UsedFor))
            .OrderByDescending(pair => pair.Key == uid)
            .ThenByDescending(static pair => pair.Value.Doubtful)
            .ThenBy(static pair => pair.Value.Tried)
            .Take(UsersOfRenewal)
            .ToList();
        var claims = new List<UserLeaseClaim>(users.Count);
        foreach (var (id, user) in users)
        {
            (user.Tried, user.Doubtful) = (now, false);
            var (of, needed) = (book.Of(account, id).Amount, NeededBy(user, now));
            (var want, user.Told) = Lease.Wanted(
                of,
                needed,
                user.Told,
                state.Lease is null ? null : user.Headroom?.User,
                user.AskedBack,
                user.Ceiling
            );
            user.Headroom = user.Headroom is { } known ? known with { User = Least(known.User, want) } : null;
            claims.Add(
                new UserLeaseClaim
                {
                    UserId = id.ToString(CultureInfo.InvariantCulture),
                    Held = of,
                    Want = want,
                }
            );
        }

        var (held, most) = (book.Of(account).Amount, users.Max(pair => NeededBy(pair.Value, now)));
        var granted = state.Lease is null
            ? null
            : state.Users.Values.Select(static user => user.Headroom).FirstOrDefault(static known => known is { Refusal: null })?.Account;
        (var wanted, state.Told) = Lease.Wanted(
            held,
            most,
            state.Told,
            granted,
            state.Lease?.AskedBack ?? ServiceUnits.Zero,
            state.Lease?.Ceiling
        );
        foreach (var user in state.Users.Values)
        {
            user.Headroom = user.Headroom is { } known ? known with { Account = Least(known.Account, wanted) } : null;
        }

        return new LeaseRenewal
        {
            Sequence = sequence,
            Project = new LeaseClaim { Held = held, Want = wanted },
            Users = claims,
        };
    }

    /// <summary>The bank's answer to that.</summary>
    /// <param name="account">The account.</param>
    /// <param name="renewal">What was asked.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="asked">Timestamp of the moment before.</param>
    /// <param name="now">The present.</param>
    /// <returns>What is held beyond the leases, when it was nothing before.</returns>
    public ServiceUnits Granted(string account, LeaseRenewal renewal, LeaseAnswer answer, long asked, DateTimeOffset now)
    {
        var state = AccountOf(account);
        var isNew = state.Lease is not { } before || before.Uncovered == ServiceUnits.Zero;
        var uncovered = answer
            .Users.Select(static grant => grant.Uncovered)
            .Append(answer.Project.Uncovered)
            .Max(static amount => amount ?? ServiceUnits.Zero);
        var (ofAccount, askedBack) = Usable(answer.Project);
        state.Lease = new Lease(
            asked,
            // The bank's clock may run a little faster than this one.
            TimeSpan.FromSeconds(answer.ExpiresInSeconds) * 0.9,
            now,
            renewal.Project.Held,
            askedBack,
            answer.Project.Limit - answer.Project.Charged,
            uncovered
        );
        var grants = answer.Users.ToDictionary(static grant => grant.UserId, StringComparer.Ordinal);
        foreach (var (id, user) in state.Users)
        {
            if (!grants.TryGetValue(id.ToString(CultureInfo.InvariantCulture), out var grant))
            {
                user.Headroom = user.Headroom is { Refusal: null } known
                    ? known with
                    {
                        Account = ofAccount,
                        AccountElsewhere = Elsewhere(answer.Project),
                    }
                    : user.Headroom;
                continue;
            }

            (var ofUser, user.AskedBack) = Usable(grant);
            user.Ceiling = grant.Limit - grant.Charged;

            // Who may submit nothing is told why in the bank's own words, which is another question.
            user.IsAlone = !grant.IsMember;
            user.Headroom = grant.IsMember
                ? new Headroom(ofAccount, ofUser, null, now)
                {
                    AccountElsewhere = Elsewhere(answer.Project),
                    UserElsewhere = Elsewhere(grant),
                }
                : null;
        }

        return isNew ? uncovered : ServiceUnits.Zero;
    }

    // Where more is charged and leased than there is, after an adjustment or an overrun, what is asked back is not there any more: nothing
    // is decided on it even before the bank is told.
    private static (ServiceUnits? Amount, ServiceUnits AskedBack) Usable(LeaseGrant grant)
    {
        var askedBack = grant.AskedBack ?? ServiceUnits.Zero;
        return grant.Available < ServiceUnits.Zero ? (grant.Granted - askedBack, ServiceUnits.Zero) : (grant.Granted, askedBack);
    }

    // One question is for all of an account's users, but for who has to be asked about alone.
    private IEnumerable<uint> DueOfLease(string name, Account account, Lease lease, DateTimeOffset now, TimeSpan ttl, Book book)
    {
        var often = lease.Lasts / 3 < ttl ? lease.Lasts / 3 : ttl;
        var untold = book.Of(name).Amount > lease.Told && now - lease.Renewed >= ToldWithin;
        uint? first = null;
        foreach (var (id, user) in account.Users)
        {
            if (book.Of(name, id).Jobs > 0)
            {
                // What is held is renewed for as long as it is.
                user.Wanted = now;
            }

            if (now - user.Wanted >= UsedFor || now - user.Tried < ShortestInterval)
            {
                continue;
            }

            var isDue = user.Headroom is null || user.Doubtful || now - user.Headroom.Read >= (user.IsAlone ? ttl : often) || untold;
            if (isDue && user.IsAlone)
            {
                yield return id;
            }
            else if (isDue)
            {
                first = user.Headroom is null ? id : first ?? id;
            }
        }

        if (first is { } uid)
        {
            yield return uid;
        }
    }

    // Nobody wants it any more; the bank has taken it back.
    private void Lapse(TimeProvider time, DateTimeOffset now)
    {
        foreach (var account in _accounts.Values)
        {
            if (account.Lease?.HasLapsed(time) == true && account.Users.Values.All(user => now - user.Wanted >= UsedFor))
            {
                account.Lease = null;
                foreach (var user in account.Users.Values)
                {
                    user.Headroom = null;
                }
            }
        }
    }

    private static ServiceUnits NeededBy(User user, DateTimeOffset now) =>
        now - user.NeededAt < NeededFor ? user.Needed : ServiceUnits.Zero;

    private static ServiceUnits? Least(ServiceUnits? granted, ServiceUnits wanted) => granted > wanted ? wanted : granted;

    // Of the limit, what is neither charged nor free nor ours.
    private static ServiceUnits Elsewhere(LeaseGrant grant) =>
        grant.Limit - grant.Charged - grant.Available - grant.Granted ?? ServiceUnits.Zero;
}
