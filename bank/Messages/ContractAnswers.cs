using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Messages;

/// <summary>
/// What the contract's own paths answer, byte for byte as the service whose contract it is: clients read some of it. Hence the
/// capital letters and full stops.
/// </summary>
internal static class ContractAnswers
{
    /// <summary>401: the request has no Authorization header.</summary>
    /// <remarks>Send Authorization: Token KEY.</remarks>
    public const string NoCredentials = "Authentication credentials were not provided.";

    /// <summary>401: the token is unknown, was revoked or has expired.</summary>
    /// <remarks>Make another with bank token create, and put it where the client reads it.</remarks>
    public const string InvalidToken = "Invalid token.";

    /// <summary>400: a name and a key that were to be traded for a token are not those of one.</summary>
    /// <remarks>The name is that of the token, the password its key.</remarks>
    public const string NotLoggedIn = "Unable to log in with provided credentials.";

    /// <summary>403: the token's scope is not enough.</summary>
    /// <remarks>Records of jobs are written with a token of scope staff, accounts and funds with one of scope admin.</remarks>
    public const string NotPermitted = "You do not have permission to perform this action.";

    /// <summary>429: authentication failed too often from that address.</summary>
    /// <remarks>Find the client there that has an old token. A good token is let through all the time.</remarks>
    public static string Throttled(int seconds) => $"Request was throttled. Expected available in {seconds} seconds.";

    /// <summary>405: there is no such verb for that path.</summary>
    /// <remarks>See the bank's page of its interface.</remarks>
    public static string NoSuchMethod(string method) => $"Method \"{method}\" not allowed.";

    /// <summary>404 for a path that there is not, and other statuses in HTTP's own words.</summary>
    /// <remarks>See whether the client's base path is that of bank serve --url.</remarks>
    public static string Status(string phrase) => $"{phrase}.";

    /// <summary>404: there is no record of that job.</summary>
    /// <remarks>Compare the id with that of squeue; one of a run that was requeued ends with a colon and a number.</remarks>
    public const string NoSuchJob = "Not found.";

    /// <summary>404: the list has no page of that number.</summary>
    /// <remarks>Follow the addresses in next and previous.</remarks>
    public const string NoSuchPage = "Invalid page.";

    /// <summary>415: the body is of another type than JSON.</summary>
    /// <remarks>Send Content-Type: application/json.</remarks>
    public static string NotJson(string type) => $"Unsupported media type \"{type}\" in request.";

    /// <summary>400: the body can't be read as JSON, or has a name twice.</summary>
    /// <remarks>The rest says where.</remarks>
    public static string BadJson(string problem) => $"JSON parse error - {problem}";

    /// <summary>400: the body, or a field, is no JSON object.</summary>
    /// <remarks>Send an object.</remarks>
    public const string NoObject = "Invalid data. Expected a dictionary.";

    /// <summary>400: a field is no list.</summary>
    /// <remarks>Send a list.</remarks>
    public const string NoList = "Expected a list of items.";

    /// <summary>400: a field is not there.</summary>
    /// <remarks>Send it.</remarks>
    public const string Required = "This field is required.";

    /// <summary>400: a field is null.</summary>
    /// <remarks>Send a value.</remarks>
    public const string Null = "This field may not be null.";

    /// <summary>400: a text has nothing but spaces.</summary>
    /// <remarks>Send a text.</remarks>
    public const string Blank = "This field may not be blank.";

    /// <summary>400: a field is no text.</summary>
    /// <remarks>Send a text.</remarks>
    public const string NoText = "Not a valid string.";

    /// <summary>400: a text is too long.</summary>
    /// <remarks>Shorten it; a node's name, or leave it out.</remarks>
    public static string TooLong(int most) => $"Ensure this field has no more than {most} characters.";

    /// <summary>400: a field is no time.</summary>
    /// <remarks>Send one such as 2026-06-01T12:00:00Z.</remarks>
    public const string NoTime =
        "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

    /// <summary>400: a field is no whole number.</summary>
    /// <remarks>Send digits.</remarks>
    public const string NoInteger = "A valid integer is required.";

    /// <summary>400: a field or the cost in the path is no number.</summary>
    /// <remarks>Send a decimal such as 12.50.</remarks>
    public const string NoNumber = "A valid number is required.";

    /// <summary>400: a number is less than zero.</summary>
    /// <remarks>Send 0 or more.</remarks>
    public const string Negative = "Ensure this value is greater than or equal to 0.";

    /// <summary>400: a number of hours is too large.</summary>
    /// <remarks>Send less.</remarks>
    public static string TooMuch(decimal most) => $"Ensure this value is less than or equal to {most}.";

    /// <summary>400: an amount has more decimals than the currency.</summary>
    /// <remarks>Round it to hundredths.</remarks>
    public const string TooManyDecimals = "Ensure that there are no more than 2 decimal places.";

    /// <summary>400: an amount is larger than the contract has digits for.</summary>
    /// <remarks>Send less than 1000000000.</remarks>
    public const string TooManyDigits = "Ensure that there are no more than 11 digits in total.";

    /// <summary>400: a record of that id is there.</summary>
    /// <remarks>A client that did not hear the answer the first time takes this for success; changes are sent with PUT.</remarks>
    public const string JobExists = "job with this jobslurmid already exists.";

    /// <summary>400: no account has that user as a member, and nobody has said who it is.</summary>
    /// <remarks>Make the user a member with bank account member.</remarks>
    public static string NoSuchUser(string uid) => $"User {uid} does not exist.";

    /// <summary>400: there is no such account.</summary>
    /// <remarks>Open it with bank account create, or submit with another.</remarks>
    public static string NoSuchAccount(string account) => $"Account {account} does not exist.";

    /// <summary>A submission, or a job's start, is refused: the user may not use the account.</summary>
    /// <remarks>Make the user a member with bank account member.</remarks>
    public static string NoMember(string uid, string account) => $"User {uid} is not a member of account {account}.";

    /// <summary>A submission is refused: the user may not use the account.</summary>
    /// <remarks>Make the user a member with bank account member.</remarks>
    public static string Stranger(string account) => $"The user is not a member of account {account}.";

    /// <summary>A submission, or a job's start, is refused: the account's window has not begun, or has ended.</summary>
    /// <remarks>Begin the next one with bank account renew, or change its days with bank account change.</remarks>
    public static string NoAllocation(string account) => $"Account {account} has no active allocation.";

    /// <summary>A submission fits.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string Fits(ServiceUnits cost) => $"A job with job_cost {cost} can be submitted.";

    /// <summary>A submission does not fit: it would take the account, or the user in it, beyond the limit.</summary>
    /// <remarks>Ask for less, wait until jobs have ended for less than they might have cost, or deposit more with bank deposit.</remarks>
    public static string Exceeds(ServiceUnits cost, string whose, ServiceUnits usage, ServiceUnits allocation) =>
        $"Adding job_cost {cost} to {whose} balance {usage} would exceed {whose} allocation {allocation}.";

    /// <summary>A submission does not fit: the limit of the account.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string OfAccount = "account";

    /// <summary>A submission does not fit: the cap of the user in the account.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string OfUser = "user";

    /// <summary>400: the cost of a submission can't be read.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string OfCost(string problem) => $"job_cost: {problem}";
}
