using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Messages;

/// <summary>
/// What users read when a submission or a change is refused, at sbatch, scontrol update and sbank quote. The plugin puts "slurm-banking: "
/// before it.
/// </summary>
internal static class Refusals
{
    /// <summary>What the job may cost is more than the account has left, less what is held for its other jobs.</summary>
    /// <remarks>
    /// Ask for less time or fewer CPUs, wait until others of the account's jobs end ("sbank balance"), or ask whoever allots SU for more.
    /// </remarks>
    public static string AccountCantAfford(string account, string what, string explanation, ServiceUnits available, string held) =>
        $"account {account} can't afford this {what}: {explanation}; {available} available{held}";

    /// <summary>The account has enough, but this user's own limit in it has not.</summary>
    /// <remarks>As for an account; the limit is set by the account's owner at the bank.</remarks>
    public static string UserCantAfford(uint uid, string account, string what, string explanation, ServiceUnits available, string held) =>
        $"user {uid}'s limit in account {account} can't afford this {what}: {explanation}; {available} available{held}";

    /// <summary>Follows "available" where jobs hold something of the account.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Held(ServiceUnits amount, int jobs, string noun) => $", {amount} held by {jobs} {noun}";

    /// <summary>Follows where the bank has leased a part of the account to other clusters.</summary>
    /// <remarks>Part of other messages. What other clusters do not use comes back within seconds: try again then.</remarks>
    public static string Elsewhere(ServiceUnits amount) => $"; other clusters have {amount} more, and are asked for what they do not use";

    /// <summary>What the job may cost, and how the price comes about.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string MayCost(ServiceUnits total, string how) => $"it may cost up to {total} SU ({how})";

    /// <summary>What a changed job may cost, and how much of that is new.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string MayThenCost(ServiceUnits total, string how, ServiceUnits more) =>
        $"the job may then cost up to {total} SU ({how}), {more} more than now";

    /// <summary>The account's or user's answer of the bank is no, and it said nothing that is understood.</summary>
    /// <remarks>Ask whoever runs the bank; "sbank balance ACCOUNT" repeats the question.</remarks>
    public const string ByTheBank = "the bank takes no job of this user and account, and gives no reason";

    /// <summary>The bank does not answer, nothing that it said lately can be used, and the site's policy is to refuse meanwhile.</summary>
    /// <remarks>Try again later. An administrator: "sbank status" shows since when and why; policy.when_bank_unavailable decides.</remarks>
    public static string BankAway(string account, string word) =>
        $"the bank can't be asked about account {account} now, and this cluster's policy is to refuse "
        + $"(when_bank_unavailable = \"{word}\"); try again later";

    /// <summary>
    /// The sidecar's state directory has no room, so that a hold could not be kept, and the policy is to refuse meanwhile.
    /// </summary>
    /// <remarks>Try again later. An administrator: make room in the sidecar's state directory (the log names it).</remarks>
    public static string StateAway(string account, string word) =>
        $"this cluster can't keep records of account {account} now, and its policy is to refuse "
        + $"(when_bank_unavailable = \"{word}\"); try again later";

    /// <summary>The sidecar has just started and has not seen Slurm's partitions, and the policy is not "allow".</summary>
    /// <remarks>Try again in a few seconds. Should it stay so: the sidecar's log says why scontrol can't be asked.</remarks>
    public const string PartitionsUnknown = "the cluster's partitions are not known yet; try again in a moment";

    /// <summary>The job names no account, Slurm's accounting has no default for its user, and the configuration none for all.</summary>
    /// <remarks>Use --account. An administrator: policy.default_account.</remarks>
    public const string NoAccount = "no account is given, and this cluster has no default account: use --account";

    /// <summary>--array holds something that neither Slurm nor we can read.</summary>
    /// <remarks>Correct the list, as in --array=1-10%2.</remarks>
    public const string ArrayUnreadable = "the job array's task list can't be read: use --array as in 1-10 or 1,3,5";

    /// <summary>No partition is named, and slurm.conf has no default one.</summary>
    /// <remarks>Use --partition.</remarks>
    public const string NoPartition = "no partition is given, and the cluster has no default partition: use --partition";

    /// <summary>The partition is in no price table, and policy.unpriced_partition is "refuse".</summary>
    /// <remarks>Use another partition. An administrator: give it a price, of 0 if need be.</remarks>
    public static string NoPrice(string partition) =>
        $"partition {partition} has no price, and this cluster's policy is to refuse such jobs: use another partition";

    /// <summary>Neither the job nor its partition has a time limit, so that no most that it can cost exists.</summary>
    /// <remarks>Use --time. An administrator: DefaultTime or MaxTime of the partition, or policy.missing_time_limit = "assume".</remarks>
    public static string NoTimeLimit(string partition) => $"no time limit is given, and partition {partition} has none: use --time";

    /// <summary>Tasks times CPUs or nodes times CPUs is more than a number of 64 bits holds.</summary>
    /// <remarks>Ask for less: no cluster has so much.</remarks>
    public static string TooMuch(string partition) => $"the job asks for more of partition {partition} than can be counted: ask for less";

    /// <summary>The price is more than the bank's ledger can hold.</summary>
    /// <remarks>Ask for less time, fewer CPUs or fewer tasks of the array at once.</remarks>
    public static string BeyondTheLedger(ServiceUnits most, string how) =>
        $"it may cost more than {most} SU, the most that the bank can hold ({how}): ask for less";

    /// <summary>sbank asked for a job that has no price: the reason follows.</summary>
    /// <remarks>As the reason says.</remarks>
    public static string Unpriceable(string reason) => $"this job can't be priced: {reason}";

    /// <summary>A change asked for something that has no price: the reason follows.</summary>
    /// <remarks>As the reason says.</remarks>
    public static string ChangeUnpriceable(string reason) => $"this job can't be priced so: {reason}";

    /// <summary>The job was let in moments ago without a hold, or is named by another id than its number.</summary>
    /// <remarks>Try again in a few seconds, by the job's number.</remarks>
    public static string UnknownJob(string job) =>
        $"job {job} is not known to the bank yet, so that its change can't be priced; try again in a few seconds, by its number";

    /// <summary>A change before this one has not been seen in the queue yet.</summary>
    /// <remarks>Try again in a few seconds.</remarks>
    public static string ChangeUnseen(string job) =>
        $"what came of the last changes of job {job} is not known yet; try again in a few seconds";

    /// <summary>An array whose tasks were moved to several accounts is to be changed as one.</summary>
    /// <remarks>Change its tasks one by one, or cancel those that wait and submit them anew.</remarks>
    public static string SeveralAccounts(string job) =>
        $"tasks of array {job} are paid by several accounts; cancel those that wait, and submit them anew";
}
