using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Simulation.Tests;

/// <summary>The bank's books, kept in memory: its ledger's code writes to them as it does to a database.</summary>
internal sealed class MemoryBooks : IBooks
{
    private readonly List<Transfer> _transfers = [];
    private readonly Dictionary<LedgerAccount, LedgerTotals> _totals = [];
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), Member> _members = [];

    // By account, uid and cluster: those on the project's own limit come first.
    private readonly SortedDictionary<(string, string, string), Lease> _leases = [];

    public Dictionary<string, StoredJob> Jobs { get; } = new(StringComparer.Ordinal);

    public Account? FindAccount(string name) => _accounts.GetValueOrDefault(name);

    public Member? FindMember(string account, string uid) => _members.GetValueOrDefault((account, uid));

    public bool IsUserKnown(string uid) => _members.Keys.Any(member => member.Item2 == uid);

    public ServiceUnits Balance(LedgerAccount account) => TotalsOf(account).Credits - TotalsOf(account).Debits;

    public StoredJob? FindJob(string id) => Jobs.GetValueOrDefault(id);

    public void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        foreach (var transfer in transfers)
        {
            _transfers.Add(transfer);
            var (debit, credit) = (TotalsOf(transfer.Debit), TotalsOf(transfer.Credit));
            _totals[transfer.Debit] = debit with { Debits = debit.Debits + transfer.Amount };
            _totals[transfer.Credit] = credit with { Credits = credit.Credits + transfer.Amount };
        }
    }

    public void Save(StoredJob job) => Jobs[job.Record.JobSlurmId] = job;

    public void Add(Account account, DateTimeOffset now) => _accounts.Add(account.Name, account);

    public void Save(Account account) => _accounts[account.Name] = account;

    public void Save(Member member) => _members[(member.Account, member.Uid)] = member;

    public IEnumerable<(string Book, long Number, Transfer Transfer)> Transfers() =>
        _transfers.Select(static (transfer, i) => ("", i + 1L, transfer));

    public IEnumerable<(string Book, long Number)> Lengths() => [("", _transfers.Count)];

    public IEnumerable<JobBill> Bills() => Jobs.Values.Select(static job => job.Bill);

    public IReadOnlyList<Lease> LeasesOn(string account, string uid) =>
        [.. _leases.Values.Where(lease => lease.Account == account && lease.Uid == uid)];

    public IReadOnlyList<Lease> LeasesOf(string account, string cluster) =>
        [.. _leases.Values.Where(lease => lease.Account == account && lease.Cluster == cluster)];

    public IReadOnlyList<Lease> LeasesOf(string account, string cluster, string uid) =>
        [.. LeasesOf(account, cluster).Where(lease => lease.Uid == Lease.OfProject || lease.Uid == uid)];

    public void Save(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            _leases[(lease.Account, lease.Uid, lease.Cluster)] = lease;
        }
    }

    public void Release(LeaseRelease release) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<Lease> Leases) ListLeases(string? account, int skip, int take) =>
        (_leases.Count, [.. _leases.Values.Where(lease => account is null || lease.Account == account).Skip(skip).Take(take)]);

    public IReadOnlyList<string> AbandonedLeases(DateTimeOffset before) => throw new NotSupportedException();

    public void RemoveAbandonedLeases(string account, DateTimeOffset before) => throw new NotSupportedException();

    public int CountEntries(string account, DateTimeOffset? since, DateTimeOffset? until, int most) => throw new NotSupportedException();

    public LeaseCounts CountLeases(DateTimeOffset now) => throw new NotSupportedException();

    public bool TryAdd(StoredToken token, DateTimeOffset now) => throw new NotSupportedException();

    public bool RemoveToken(string name) => throw new NotSupportedException();

    public void Save(StoredUser user) => throw new NotSupportedException();

    public void Save(Partition partition) => throw new NotSupportedException();

    public bool RemovePartition(string name) => throw new NotSupportedException();

    public JobList ListJobs(JobFilter filter, int skip, int take) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<StoredUser> Users) ListUsers(int skip, int take) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<Partition> Partitions) ListPartitions(int skip, int take) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<Account> Accounts) ListAccounts(int skip, int take) => throw new NotSupportedException();

    public IReadOnlyList<string> ExpiredAccounts(DateTimeOffset now) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<Member> Members) ListMembers(string account, int skip, int take) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<StoredToken> Tokens) ListTokens(int skip, int take) => throw new NotSupportedException();

    public PostedTransfer? FindTransfer(string key) => null;

    public IReadOnlyList<PostedTransfer> TransfersOf(string job) => throw new NotSupportedException();

    public IReadOnlyList<LedgerTotals> TotalsOf(string project) => [.. _totals.Values.Where(kept => kept.Account.Owner == project)];

    public StoredToken? FindToken(byte[] hash) => throw new NotSupportedException();

    public IReadOnlyList<StatementEntry> Statement(
        string account,
        DateTimeOffset? since = null,
        DateTimeOffset? until = null,
        int take = int.MaxValue
    ) => throw new NotSupportedException();

    public (int Count, IReadOnlyList<AccountStanding> Accounts) ListStandings(string part, int skip, int take) =>
        throw new NotSupportedException();

    public (int Count, IReadOnlyList<MemberUse> Members) ListUses(string account, int skip, int take) => throw new NotSupportedException();

    public IReadOnlyList<StoredJob> LastJobs(string account, int take) => throw new NotSupportedException();

    public UnsettledJobs Unsettled(string account, int take) => throw new NotSupportedException();

    public IReadOnlyList<ServiceUnits> BalancesOver(string account, DateTimeOffset since, TimeSpan step, DateTimeOffset until) =>
        throw new NotSupportedException();

    public (int Count, IReadOnlyList<AccountChange> Changes) ListChanges(string account, int skip, int take) =>
        throw new NotSupportedException();

    public (StoredSession Session, StoredToken Token)? FindSession(byte[] hash) => throw new NotSupportedException();

    public bool RemoveMember(string account, string uid) => throw new NotSupportedException();

    public void Record(string account, AccountChange change) => throw new NotSupportedException();

    public void Add(StoredSession session, DateTimeOffset now) => throw new NotSupportedException();

    public void SaveAll(string cluster, IReadOnlyList<Partition> partitions) => throw new NotSupportedException();

    public void SaveNames(IReadOnlyList<ClusterUser> users) => throw new NotSupportedException();

    public void RemoveSession(byte[] hash) => throw new NotSupportedException();

    public IEnumerable<LedgerTotals> Totals() => _totals.Values;

    private LedgerTotals TotalsOf(LedgerAccount account) =>
        _totals.GetValueOrDefault(account) ?? new LedgerTotals(account, ServiceUnits.Zero, ServiceUnits.Zero, MayOverdraw: false);
}
