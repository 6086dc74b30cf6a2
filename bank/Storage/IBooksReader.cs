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

    /// <summary>Whether the uid is a member of any project.</summary>
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

    /// <summary>What a project's accounts gave and got, oldest first.</summary>
    IEnumerable<StatementEntry> Statement(string account);

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

    /// <summary>How many leases there are.</summary>
    LeaseCounts CountLeases(DateTimeOffset now);
}
