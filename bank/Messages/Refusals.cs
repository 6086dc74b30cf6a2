using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Messages;

/// <summary>Why the bank can't do what it is asked for: under /v1/, on the pages and on the command line alike.</summary>
internal static class Refusals
{
    /// <summary>An account is opened a second time.</summary>
    /// <remarks>Change it with bank account change, or take another name.</remarks>
    public static string AccountExists(string account) => $"account {account} exists already";

    /// <summary>There is no such account.</summary>
    /// <remarks>Open it with bank account create.</remarks>
    public static string NoAccount(string account) => $"there is no account {account}";

    /// <summary>The credit of an account is to become less than it uses of it.</summary>
    /// <remarks>Deposit first, with bank deposit.</remarks>
    public static string CreditInUse(string account, ServiceUnits used, ServiceUnits credit) =>
        $"account {account} uses {used} SU of its credit: it can't be changed to {credit}";

    /// <summary>A window is to end before it begins.</summary>
    /// <remarks>Give an end after the start.</remarks>
    public static string NoWindow(string start, string end) => $"the end is not after the start: {end} is not after {start}";

    /// <summary>A new window would have ended already.</summary>
    /// <remarks>Name a later last day.</remarks>
    public static string EndIsPast(string account, string end) => $"the new window of account {account} would have ended at {end}";

    /// <summary>A window is to be renewed that goes on.</summary>
    /// <remarks>bank account change gives it another last day.</remarks>
    public static string WindowGoesOn(string account) => $"the window of account {account} has not ended: change it instead";

    /// <summary>Funds or limits of an account are to change whose window has ended.</summary>
    /// <remarks>bank account renew begins the next one.</remarks>
    public static string WindowHasEnded(string account) => $"the window of account {account} has ended: renew it first";

    /// <summary>More is to be carried over than expired with the last window.</summary>
    /// <remarks>Carry over less, or all.</remarks>
    public static string TooLittleExpired(string account, ServiceUnits expired, ServiceUnits asked) =>
        $"only {expired} SU of account {account} expired: {asked} can't be carried over";

    /// <summary>More is to be taken from an account than its deposits have left.</summary>
    /// <remarks>Take less.</remarks>
    public static string TooLittleLeft(string account, ServiceUnits left, ServiceUnits asked) =>
        $"only {left} SU are left of the deposits of account {account}: {asked} can't be taken away";

    /// <summary>A membership is to end that there is not.</summary>
    /// <remarks>GET /v1/accounts/NAME/members, and the account's page, list the members.</remarks>
    public static string NoMember(string uid, string account) => $"user {uid} is not a member of account {account}";

    /// <summary>A cluster's lease is asked for that there is not.</summary>
    /// <remarks>bank lease list shows those that there are.</remarks>
    public static string NoLease(string cluster, string account) => $"cluster {cluster} has no lease on account {account}";

    /// <summary>There is no record of a job.</summary>
    /// <remarks>The id is that of the bank: the cluster's prefix and the number of a requeued run belong to it.</remarks>
    public static string NoJob(string job) => $"there is no job {job}";

    /// <summary>More of a job is to be given back than it was charged.</summary>
    /// <remarks>Give back less.</remarks>
    public static string ChargedLess(string job, ServiceUnits charged, ServiceUnits asked) =>
        $"job {job} is charged {charged} SU: {asked} can't be given back";

    /// <summary>Another request was done under the same idempotency key.</summary>
    /// <remarks>Take a new key for a new request, and the old one only to send the very same again.</remarks>
    public static string KeyUsed(string differs) => $"the idempotency key was used before, with another {differs}";

    /// <summary>A request that moves funds has no idempotency key, or two.</summary>
    public static string NoKey(string header) => $"the header {header} is required, once";

    /// <summary>There is a token of that name.</summary>
    /// <remarks>Take another name, or revoke it first.</remarks>
    public static string TokenExists(string name) => $"there is a token {name} already";

    /// <summary>There is no token of that name.</summary>
    /// <remarks>bank token list shows those that there are.</remarks>
    public static string NoToken(string name) => $"there is no token {name}";

    /// <summary>The key of a token that was made elsewhere is too weak, or can't be sent in a header.</summary>
    /// <remarks>Make one with openssl rand -hex 32.</remarks>
    public static string WeakKey(string name, int shortest) =>
        $"the key of token {name} is not one of {shortest} characters or more, without spaces";

    /// <summary>Two tokens that were made elsewhere have the same key.</summary>
    /// <remarks>Give each a key of its own: openssl rand -hex 32.</remarks>
    public static string KeyOfAnother(string name, string other) => $"the key of token {name} is that of token {other}";

    /// <summary>There is no partition of that name in the list.</summary>
    /// <remarks>GET /partitions/ lists them.</remarks>
    public static string NoPartition(string name) => $"there is no partition {name}";

    /// <summary>A uid in a path or query is none.</summary>
    public const string BadUid = "a uid has 1 to 20 digits";

    /// <summary>A time in a query is none.</summary>
    public static string BadMoment(string field) => $"{field} is no time such as 2026-06-01T12:00:00Z";

    /// <summary>A day in a query is none.</summary>
    public static string BadDay(string field) => $"{field} is no day such as 2026-06-01";

    /// <summary>A request that has to say why, and has no body, does not, or twice.</summary>
    public const string NoReason = "the query has to say why, once: ?reason=";

    /// <summary>A statement is asked for in another form.</summary>
    /// <remarks>Ask for one of the two.</remarks>
    public const string BadFormat = "format is json or csv";

    /// <summary>A statement is too long to be downloaded in one piece.</summary>
    public static string TooManyEntries(int most) =>
        $"there are more than {most} entries: choose a shorter period, or use bank statement on the command line";

    /// <summary>A list has no page of that number.</summary>
    /// <remarks>Go back to the first.</remarks>
    public const string NoPage = "there is no such page";

    /// <summary>What is searched for is longer than any name.</summary>
    public static string LongSearch(int most) => $"a name has at most {most} characters";

    /// <summary>A name of an account, cluster or token is empty or too long.</summary>
    public static string NameLength(int most) => $"a name has 1 to {most} characters";

    /// <summary>A name of an account, cluster or token has characters that no name has.</summary>
    public static string BadName(string text) => $"'{text}' is not a name: no spaces, control characters or slashes";

    /// <summary>A reason or an idempotency key is blank.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Blank = "it is blank";

    /// <summary>A reason or an idempotency key is too long.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string TooLong(int most) => $"it has more than {most} characters";

    /// <summary>A reason or an idempotency key has characters that can't be printed.</summary>
    /// <remarks>Part of other messages.</remarks>
    /// <remarks>Part of other messages. Leave them out.</remarks>
    public const string ControlCharacters = "it has control characters";
}
