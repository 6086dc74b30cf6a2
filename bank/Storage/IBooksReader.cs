using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>The books, to read. Valid only within the work that it was given to.</summary>
public interface IBooksReader
{
    /// <summary>The project of a name; null when there is none.</summary>
    Account? FindAccount(string name);

    /// <summary>The user of a project; null when not a member.</summary>
    Member? FindMember(string account, string uid);

    /// <summary>Whether the uid is a member of any project, or was, or more is known of it.</summary>
    bool IsUserKnown(string uid);

    /// <summary>Credits less debits of an account of the ledger; zero for one that has no transfer.</summary>
    ServiceUnits Balance(LedgerAccount account);

    /// <summary>The job of an id; null when there is none.</summary>
    StoredJob? FindJob(string id);

    /// <summary>Jobs that have started, in the order of their arrival.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="skip">How many to leave out, from 0.</param>
    /// <param name="take">How many to give at most.</param>
    JobList ListJobs(JobFilter filter, int skip, int take);

    /// <summary>Uids that are a member of some project or of which more is known, in order.</summary>
    (int Count, IReadOnlyList<StoredUser> Users) ListUsers(int skip, int take);

    /// <summary>The partitions, by name.</summary>
    (int Count, IReadOnlyList<Partition> Partitions) ListPartitions(int skip, int take);

    /// <summary>The projects, by name.</summary>
    (int Count, IReadOnlyList<Account> Accounts) ListAccounts(int skip, int take);

    /// <summary>Names of projects whose window has ended while something is left on them.</summary>
    IReadOnlyList<string> ExpiredAccounts(DateTimeOffset now);

    /// <summary>The members of a project, by uid.</summary>
    (int Count, IReadOnlyList<Member> Members) ListMembers(string account, int skip, int take);

    /// <summary>The token of a hash; null when there is none.</summary>
    StoredToken? FindToken(byte[] hash);

    /// <summary>The tokens, by name.</summary>
    (int Count, IReadOnlyList<StoredToken> Tokens) ListTokens(int skip, int take);

    /// <summary>The transfer of an idempotency key; null when there is none.</summary>
    PostedTransfer? FindTransfer(string key);

    /// <summary>A job's transfers, oldest first.</summary>
    IReadOnlyList<PostedTransfer> TransfersOf(string job);

    /// <summary>The running totals of a project's accounts of the ledger.</summary>
    IReadOnlyList<LedgerTotals> TotalsOf(string project);

    /// <summary>
    /// What a project's accounts gave and got, oldest first; the balances are those of the whole, whatever part is asked for.
    /// </summary>
    /// <param name="account">The project's name.</param>
    /// <param name="since">First moment; null for the beginning.</param>
    /// <param name="until">First moment after; null for the end.</param>
    /// <param name="take">How many to give at most.</param>
    IReadOnlyList<StatementEntry> Statement(
        string account,
        DateTimeOffset? since = null,
        DateTimeOffset? until = null,
        int take = int.MaxValue
    );

    /// <summary>How many entries a statement has, counted no further than to a number: it takes less than the statement.</summary>
    /// <param name="account">The project's name.</param>
    /// <param name="since">First moment; null for the beginning.</param>
    /// <param name="until">First moment after; null for the end.</param>
    /// <param name="most">Where counting ends.</param>
    int CountEntries(string account, DateTimeOffset? since, DateTimeOffset? until, int most);

    /// <summary>Projects whose name has a part, by name, with how they stand.</summary>
    /// <param name="part">The part, in letters of either case; "" for all.</param>
    /// <param name="skip">How many to leave out, from 0.</param>
    /// <param name="take">How many to give at most.</param>
    (int Count, IReadOnlyList<AccountStanding> Accounts) ListStandings(string part, int skip, int take);

    /// <summary>The members of a project, by uid, with what each is charged.</summary>
    (int Count, IReadOnlyList<MemberUse> Members) ListUses(string account, int skip, int take);

    /// <summary>A project's last jobs, the last to arrive first.</summary>
    IReadOnlyList<StoredJob> LastJobs(string account, int take);

    /// <summary>A project's jobs that are charged and not settled.</summary>
    UnsettledJobs Unsettled(string account, int take);

    /// <summary>Balances (deposits less charges) of a project at the end of each step of a span of time.</summary>
    /// <param name="account">The project's name.</param>
    /// <param name="since">The beginning of the first step.</param>
    /// <param name="step">How long each is.</param>
    /// <param name="until">The end of the last one, which it may cut short.</param>
    /// <returns>The balance at <paramref name="since"/>, and one for each step.</returns>
    IReadOnlyList<ServiceUnits> BalancesOver(string account, DateTimeOffset since, TimeSpan step, DateTimeOffset until);

    /// <summary>A project's changes that moved no funds, the last first.</summary>
    (int Count, IReadOnlyList<AccountChange> Changes) ListChanges(string account, int skip, int take);

    /// <summary>The session of a hash and its token; null when there is none.</summary>
    (StoredSession Session, StoredToken Token)? FindSession(byte[] hash);

    /// <summary>
    /// Every transfer, oldest first, with the book that it is in and its number there: 1, 2, 3, without a gap. A store has one book
    /// (""), or one for each project, where projects are written at the same time and none waits for the others' numbers.
    /// </summary>
    IEnumerable<(string Book, long Number, Transfer Transfer)> Transfers();

    /// <summary>The number of the last transfer of each book that has any, as kept beside the ledger.</summary>
    IEnumerable<(string Book, long Number)> Lengths();

    /// <summary>The running totals of every account of the ledger.</summary>
    IEnumerable<LedgerTotals> Totals();

    /// <summary>The bills of all jobs.</summary>
    IEnumerable<JobBill> Bills();

    /// <summary>The leases of all clusters on one limit of a project, by cluster.</summary>
    /// <param name="account">The project.</param>
    /// <param name="uid">The user whose cap is meant; <see cref="Lease.OfProject"/> for the project's own limit.</param>
    IReadOnlyList<Lease> LeasesOn(string account, string uid);

    /// <summary>A cluster's leases on a project: on its own limit first, then on caps by uid.</summary>
    IReadOnlyList<Lease> LeasesOf(string account, string cluster);

    /// <summary>A cluster's leases on a project's own limit and on the cap of one user, as far as it has them.</summary>
    IReadOnlyList<Lease> LeasesOf(string account, string cluster, string uid);

    /// <summary>Leases by project, cluster and uid.</summary>
    /// <param name="account">The project; null for all.</param>
    /// <param name="skip">How many to leave out, from 0.</param>
    /// <param name="take">How many to give at most.</param>
    (int Count, IReadOnlyList<Lease> Leases) ListLeases(string? account, int skip, int take);

    /// <summary>
    /// Names of projects that have leases which expired before a moment and cover no hold. A cluster's lease on the project stays as long
    /// as one of its users' does.
    /// </summary>
    IReadOnlyList<string> AbandonedLeases(DateTimeOffset before);

    /// <summary>How many leases there are.</summary>
    LeaseCounts CountLeases(DateTimeOffset now);
}
