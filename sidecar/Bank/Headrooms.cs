using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// The last known headroom of every user and account that was asked about. A read and a write of the same account never
/// overlap, so an answer always includes exactly the writes that were confirmed before it. Not thread-safe: the teller's lock
/// guards it together with the book.
/// </summary>
internal sealed partial class Headrooms
{
    /// <summary>How many users of accounts are remembered at most, beside those that the bank is being asked or told about.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan UsedFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private int _users;

    /// <summary>What is known, and remembers that somebody wanted to know.</summary>
    public Headroom? Want(string account, uint uid, DateTimeOffset now)
    {
        var user = UserOf(account, uid);
        user.Wanted = now;
        if (
            user.Headroom is { User: not null } headroom
            && _accounts[account].Lease is { } lease
            && lease.Renewed > headroom.Read
            && now - headroom.Read >= lease.Lasts
        )
        {
            // Nobody wanted it when the account's leases were renewed: what it had of the user's own limit may be another cluster's by now.
            user.Headroom = null;
        }

        return user.Headroom;
    }

    /// <summary>The bank's balance of an account may have risen: look soon at all its users'.</summary>
    public void Doubt(string account)
    {
        foreach (var user in AccountOf(account).Users.Values)
        {
            user.Doubtful = true;
        }
    }

    /// <summary>The bank has booked an amount for a user.</summary>
    public void Booked(string account, uint uid, ServiceUnits amount)
    {
        foreach (var (id, user) in AccountOf(account).Users)
        {
            user.Headroom =
                id == uid ? user.Headroom?.Less(amount)
                : user.Headroom is { } other ? other with { Account = other.Account - amount }
                : null;
        }
    }

    /// <summary>Others may have spent since: what was read is worth nothing, and is read again for who is still of interest.</summary>
    public void Distrust()
    {
        foreach (var user in _accounts.Values.SelectMany(static account => account.Users.Values))
        {
            (user.Headroom, user.Doubtful) = (null, true);
        }

        foreach (var account in _accounts.Values)
        {
            account.Lease = null;
        }
    }

    /// <summary>Users and accounts that should be read now.</summary>
    /// <param name="now">The present.</param>
    /// <param name="ttl">How old a headroom gets.</param>
    /// <param name="book">What is held.</param>
    public List<(string Account, uint Uid)> Due(DateTimeOffset now, TimeSpan ttl, Book book) =>
        [
            .. from account in _accounts
            from uid in account.Value.Lease is { } lease
                ? DueOfLease(account.Key, account.Value, lease, now, ttl, book)
                : Due(account.Value, now, ttl)
            select (account.Key, uid),
        ];

    /// <summary>Drops what nobody asked about for long: names come from users, and memory must not grow with them.</summary>
    public void Forget(DateTimeOffset now, TimeProvider time)
    {
        Lapse(time, now);
        foreach (var (name, account) in _accounts.ToList())
        {
            foreach (
                var uid in account.Users.Where(user => now - user.Value.Wanted > RememberedFor).Select(static user => user.Key).ToList()
            )
            {
                Drop(account, uid);
            }

            DropUnused(name, account);
        }
    }

    /// <summary>False while writes are on the way; none is begun then until the read has had its turn.</summary>
    /// <param name="account">The account.</param>
    /// <param name="uid">The user.</param>
    /// <param name="alone">Nor while another read of the account is: it may change what the bank has leased.</param>
    /// <param name="now">The present.</param>
    public bool TryBeginRead(string account, uint uid, bool alone, DateTimeOffset now)
    {
        var state = AccountOf(account);
        if (state.Writing > 0)
        {
            state.ReadWanted = now;
            return false;
        }

        if (alone && state.Reading > 0)
        {
            // Resumed when that one ends, and perhaps answered by it: no reason for writes to wait any longer.
            return false;
        }

        state.Reading++;
        state.ReadWanted = null;
        var user = UserOf(account, uid);
        user.Tried = now;
        user.Doubtful = false;
        return true;
    }

    public void EndRead(string account, uint uid, Headroom? headroom)
    {
        var state = AccountOf(account);
        state.Reading--;
        if (headroom is not null)
        {
            UserOf(account, uid).Headroom = headroom;
        }
    }

    /// <summary>False while a read is on the way or waits its turn.</summary>
    public bool TryBeginWrite(string account, DateTimeOffset now)
    {
        var state = AccountOf(account);
        if (state.Reading > 0 || now - state.ReadWanted < ShortestInterval)
        {
            return false;
        }

        state.Writing++;
        return true;
    }

    public void EndWrite(string account) => AccountOf(account).Writing--;

    private static IEnumerable<uint> Due(Account account, DateTimeOffset now, TimeSpan ttl) =>
        from user in account.Users
        where
            now - user.Value.Tried >= ShortestInterval
            && now - user.Value.Wanted < UsedFor
            && (user.Value.Headroom is null || user.Value.Doubtful || now - user.Value.Headroom.Read >= ttl)
        select user.Key;

    private Account AccountOf(string name)
    {
        if (!_accounts.TryGetValue(name, out var account))
        {
            _accounts[name] = account = new Account();
        }

        return account;
    }

    private User UserOf(string account, uint uid)
    {
        if (_accounts.TryGetValue(account, out var known) && known.Users.TryGetValue(uid, out var user))
        {
            return user;
        }

        if (_users >= Most)
        {
            MakeRoom();
        }

        _users++;
        return AccountOf(account).Users[uid] = new User();
    }

    // A flood of names must not fill the memory before an hour is over. A tenth goes at once, since finding it takes a while:
    // of what the bank knows no limit for, then of the rest, what nobody has asked about for longest.
    private void MakeRoom()
    {
        var idle =
            from account in _accounts
            where account.Value is { Reading: 0, Writing: 0 }
            from user in account.Value.Users
            orderby user.Value.Headroom is { Refusal: null }, user.Value.Wanted
            select (account.Key, account.Value, user.Key);
        foreach (var (name, account, uid) in idle.Take(Most / 10).ToList())
        {
            Drop(account, uid);
            DropUnused(name, account);
        }
    }

    private void Drop(Account account, uint uid) => _users -= account.Users.Remove(uid) ? 1 : 0;

    private void DropUnused(string name, Account account)
    {
        if (account is { Users.Count: 0, Reading: 0, Writing: 0 })
        {
            _accounts.Remove(name);
        }
    }

    private sealed class Account
    {
        public Dictionary<uint, User> Users { get; } = [];

        public int Reading { get; set; }

        public int Writing { get; set; }

        public DateTimeOffset? ReadWanted { get; set; }

        /// <summary>Null where headrooms are no leases.</summary>
        public Lease? Lease { get; set; }

        /// <summary>What the bank was told to be needed of it.</summary>
        public ServiceUnits Told { get; set; }
    }

    private sealed class User
    {
        public Headroom? Headroom { get; set; }

        public DateTimeOffset Wanted { get; set; }

        public DateTimeOffset Tried { get; set; }

        public bool Doubtful { get; set; }

        /// <summary>What was refused for want of lease, and when.</summary>
        public ServiceUnits Needed { get; set; }

        public DateTimeOffset NeededAt { get; set; }

        /// <summary>What the bank was told to be needed of the user's own limit.</summary>
        public ServiceUnits Told { get; set; }

        /// <summary>Of the lease on the user's own limit.</summary>
        public ServiceUnits AskedBack { get; set; }

        /// <summary>All that the user's own limit could still pay for; null where nothing limits.</summary>
        public ServiceUnits? Ceiling { get; set; }

        /// <summary>The bank takes no job at all from this user.</summary>
        public bool IsAlone { get; set; }
    }
}
