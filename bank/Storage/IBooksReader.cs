using SlurmBanking.Bank.Ledger;
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

    /// <summary>Uids that are a member of some project, in order.</summary>
    (int Count, IReadOnlyList<string> Uids) ListUsers(int skip, int take);

    /// <summary>The token of a hash; null when there is none.</summary>
    StoredToken? FindToken(byte[] hash);

    /// <summary>What a project's accounts gave and got, oldest first.</summary>
    IEnumerable<StatementEntry> Statement(string account);

    /// <summary>Every transfer with its number, oldest first.</summary>
    IEnumerable<(long Number, Transfer Transfer)> Transfers();

    /// <summary>The running totals of every account of the ledger.</summary>
    IEnumerable<LedgerTotals> Totals();

    /// <summary>The bills of all jobs.</summary>
    IEnumerable<JobBill> Bills();
}
