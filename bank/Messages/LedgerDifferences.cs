using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Messages;

/// <summary>
/// What bank verify, and the bank itself every hour, finds wrong with the books. For each: stop the bank, copy the database, and
/// restore the last backup that verifies.
/// </summary>
internal static class LedgerDifferences
{
    /// <summary>A transfer, where there is one book.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Transfer(long number) => $"transfer {number}";

    /// <summary>A transfer, where each project has a book.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string TransferOf(long number, string book) => $"transfer {number} of {book}";

    /// <summary>Numbers of transfers have a gap: one was deleted.</summary>
    /// <remarks>Transfers are what counts: restore a backup.</remarks>
    public static string Missing(string transfer, long next) => $"{transfer} is missing: the next one is {next}";

    /// <summary>A transfer moves nothing, or has the key of another.</summary>
    /// <remarks>Somebody wrote into the database: restore a backup.</remarks>
    public static string Invalid(string transfer, ServiceUnits amount, LedgerAccount from, LedgerAccount to) =>
        $"{transfer} of {amount} SU from {from} to {to} is not a valid one";

    /// <summary>The last transfers were deleted, or there are more than were counted.</summary>
    /// <remarks>Transfers are what counts: restore a backup.</remarks>
    public static string NotTheLast(string transfer, long last) => $"{transfer} should be the last one; it is {last}";

    /// <summary>An account's running total is not the sum of its transfers.</summary>
    /// <remarks>Somebody wrote into the database: restore a backup.</remarks>
    public static string Totals(LedgerAccount account, string kept, string added) =>
        $"account {account} says {kept}; its transfers say {added}";

    /// <summary>Two sums.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Sums(ServiceUnits debits, ServiceUnits credits) => $"debits {debits}, credits {credits}";

    /// <summary>An account is further below zero than it may be.</summary>
    /// <remarks>Somebody wrote into the database: restore a backup.</remarks>
    public static string Overdrawn(LedgerAccount account, string sums, ServiceUnits credit) =>
        $"account {account} is overdrawn: {sums}, credit limit {credit}";

    /// <summary>Transfers name an account that is not there.</summary>
    /// <remarks>Somebody deleted it: restore a backup.</remarks>
    public static string NoAccount(LedgerAccount account) => $"account {account} has transfers but is not kept";

    /// <summary>A job's record says another charge than its transfers.</summary>
    /// <remarks>Somebody wrote into the database: restore a backup.</remarks>
    public static string Charged(string job, ServiceUnits charged, ServiceUnits earned, ServiceUnits byUser) =>
        $"job {job} says it was charged {charged}; its transfers say {earned}, of the user {byUser}";

    /// <summary>A job's record says another refund than its transfers.</summary>
    /// <remarks>Somebody wrote into the database: restore a backup.</remarks>
    public static string Refunded(string job, ServiceUnits refunded, ServiceUnits added) =>
        $"job {job} says operators refunded {refunded}; its transfers say {added}";

    /// <summary>Transfers name a job that is not there.</summary>
    /// <remarks>Somebody deleted it: restore a backup.</remarks>
    public static string NoJob(string job) => $"job {job} has transfers but is not kept";

    /// <summary>A lease on an account.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Lease(string cluster, string account) => $"the lease of cluster {cluster} on account {account}";

    /// <summary>A lease on a user's cap in an account.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string LeaseFor(string cluster, string account, string uid) =>
        $"the lease of cluster {cluster} on account {account} for user {uid}";

    /// <summary>A cluster has a lease on a user's cap, and none on the account.</summary>
    /// <remarks>bank lease release takes it away; the cluster asks again within seconds.</remarks>
    public static string NoneBeside(string lease) => $"{lease} has none on the account beside it";

    /// <summary>A lease is a cluster's whose name is none.</summary>
    /// <remarks>Somebody wrote into the database: bank lease release takes the lease away.</remarks>
    public static string BadCluster(string lease, string problem) => $"{lease}: {problem}";

    /// <summary>A lease has amounts that can't be.</summary>
    /// <remarks>bank lease release takes it away; the cluster asks again within seconds.</remarks>
    public static string Negative(string lease) => $"{lease} has amounts below zero";

    /// <summary>The amounts of a lease contradict one another.</summary>
    /// <remarks>bank lease release takes it away; the cluster asks again within seconds.</remarks>
    public static string Lacks(string lease, ServiceUnits uncovered, ServiceUnits held, ServiceUnits unmet, ServiceUnits wanted) =>
        $"{lease} lacks {uncovered} of {held} SU held and {unmet} of {wanted} wanted";

    /// <summary>A lease is good for longer than any is granted.</summary>
    /// <remarks>See whether the clock of a bank was wrong; bank lease release takes the lease away.</remarks>
    public static string ExpiresLate(string lease, string expires) => $"{lease} would not expire before {expires}";
}
