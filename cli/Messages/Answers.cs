namespace SlurmBanking.Cli.Messages;

/// <summary>What sbank answers in words, beside its tables.</summary>
internal static class Answers
{
    /// <summary>A quote's answer: there is room.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Accepted = "would be accepted now";

    /// <summary>A quote's answer where policy.mode is "observe".</summary>
    /// <remarks>As the reason says, before the site enforces.</remarks>
    public static string Observed(string reason) => $"would be accepted, since this cluster only observes; else: {reason}";

    /// <summary>A quote's answer: the same words that sbatch would show.</summary>
    /// <remarks>As the reason says.</remarks>
    public static string Refused(string reason) => $"would be refused: {reason}";

    /// <summary>A waiting job.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Waits = "waits; its estimate is kept for it until it starts";

    /// <summary>A waiting job for which the bank could not be asked.</summary>
    /// <remarks>Nothing.</remarks>
    public const string WaitsUnasked = "waits; it was let in without asking the bank, and is billed like any other";

    /// <summary>A running job whose charge the bank has not confirmed.</summary>
    /// <remarks>Nothing: it is sent until it is.</remarks>
    public const string Charging = "runs; its charge is on its way to the bank";

    /// <summary>A running job.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Charged = "runs; the bank has charged the estimate, and what it does not use comes back at its end";

    /// <summary>An ended job whose record the bank refused.</summary>
    /// <remarks>An administrator: sbank dead-letters show says what the bank answered.</remarks>
    public const string Parked = "ended; the bank would not take its charge, an administrator has to look (sbank dead-letters)";

    /// <summary>An ended job whose cost the bank has not confirmed.</summary>
    /// <remarks>Nothing: it is sent until it is.</remarks>
    public const string Settling = "ended; what it cost is on its way to the bank";

    /// <summary>An ended job.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Settled = "ended; the bank has what it cost";

    /// <summary>Exit code 1: the sidecar knows no such job of this user.</summary>
    public static string UnknownJob(string job) =>
        $"job {job} is not known here: it is another user's, was refused (refused jobs have no number), or ended more than a week ago";

    /// <summary>No job is listed.</summary>
    /// <remarks>Nothing. The bank's statement has what is older.</remarks>
    public const string NoJobs = "none is known; what ended more than a week ago is not kept here";

    /// <summary>A list was cut.</summary>
    public const string More = "there are more: --limit";

    /// <summary>Nothing was named, and the sidecar has seen no job of this user.</summary>
    public const string NoAccounts = "no account is known to be yours: name one, as in sbank balance ACCOUNT";

    /// <summary>A balance's remark: the bank has not answered.</summary>
    /// <remarks>Ask again in a moment.</remarks>
    public const string BankAway = "the bank can't be asked now";

    /// <summary>A balance's remark where clusters share a bank.</summary>
    /// <remarks>Nothing: what they do not use comes back.</remarks>
    public static string Elsewhere(string amount) => $"other clusters have {amount} more";

    /// <summary>The outbox is empty.</summary>
    /// <remarks>Nothing.</remarks>
    public const string AllConfirmed = "the bank has confirmed everything";

    /// <summary>No record is parked.</summary>
    /// <remarks>Nothing.</remarks>
    public const string NoDeadLetters = "there are none";

    /// <summary>What was parked is sent again.</summary>
    /// <remarks>Look again in a minute: what is refused again is parked again.</remarks>
    public const string Retried = "wait for the bank again";

    /// <summary>What was parked is given up.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Discarded = "discarded; the sidecar's log has what was in them";

    /// <summary>A deposit was made.</summary>
    /// <remarks>Nothing.</remarks>
    public static string Deposited(string amount, string account) => $"deposited {amount} SU on account {account}";

    /// <summary>A statement without an entry.</summary>
    /// <remarks>Nothing, or an earlier --since.</remarks>
    public const string NothingHappened = "nothing happened";

    /// <summary>A comparison's last line.</summary>
    /// <remarks>--post tells the bank what is missing, open or wrong; docs/reconciliation.md says what the kinds mean.</remarks>
    public static string Compared(ulong runs, ulong differences, ulong remarks, ulong posted) =>
        $"{runs} runs compared, {differences} differences, {remarks} remarks, {posted} posted";

    /// <summary>A comparison with a bank of more than 500 000 records.</summary>
    /// <remarks>Compare a shorter time.</remarks>
    public const string StraysUnsought = "records of no run were not looked for: the bank has too many";

    /// <summary>A what-if over a time before the sidecar was installed.</summary>
    /// <remarks>Nothing, or a later --since.</remarks>
    public static string PricesUnknown(ulong runs) =>
        $"{runs} runs started before prices are known here: their cost is by the oldest that are known";
}
