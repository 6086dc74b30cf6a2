namespace SlurmBanking.Bank.Messages;

/// <summary>What the command line says when it fails; what can't be done at all is among the refusals.</summary>
internal static class CommandLine
{
    /// <summary>Whatever fails, before its reason.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Failed(string problem) => $"bank: {problem}";

    /// <summary>An option, before what is wrong with its value.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string OfOption(string option, string problem) => $"{option}: {problem}";

    /// <summary>Neither the command line nor the environment says where the books are.</summary>
    public static string NoDatabase(string variable) => $"name the database with --database or {variable}";

    /// <summary>--database is an address of something else.</summary>
    public const string BadDatabase = "--database takes a file or the address of a PostgreSQL database";

    /// <summary>bank verify: the books are wrong. Each difference follows in a line of its own.</summary>
    /// <remarks>Stop the bank, copy the database, and restore the last backup that verifies.</remarks>
    public static string Unbalanced(int count) => $"the books do not balance: {count} differences";

    /// <summary>bank serve: --url is not understood.</summary>
    public static string BadUrl(string given) => $"'{given}' is not an address such as http://127.0.0.1:8181";

    /// <summary>bank serve: --metrics is not understood.</summary>
    public static string BadEndpoint(string given) => $"'{given}' is not an address and a port such as 127.0.0.1:9467";

    /// <summary>bank serve: --lease-seconds is not understood, or out of range.</summary>
    public static string BadLease(string given, int shortest, int longest) =>
        $"'{given}' is not a number of seconds from {shortest} to {longest}";

    /// <summary>bank serve: the environment's time for leases is not understood, or out of range.</summary>
    public static string BadLeaseVariable(string variable, string given, int shortest, int longest) =>
        $"{variable} is '{given}', which is not a number from {shortest} to {longest}";

    /// <summary>bank serve: another process has the port, or the address is not this machine's.</summary>
    /// <remarks>Find out who listens there with ss -ltnp, or take another port.</remarks>
    public static string NotListening(string url, string problem) => $"can't listen on {url}: {problem}";

    /// <summary>bank serve with --metrics: another process has one of the ports, or an address is not this machine's.</summary>
    /// <remarks>Find out who listens there with ss -ltnp, or take another port.</remarks>
    public static string NotListeningOnBoth(string url, string metrics, string problem) =>
        $"can't listen on {url} and {metrics}: {problem}";

    /// <summary>A uid is none.</summary>
    public static string BadUid(string given) => $"'{given}' is not a uid: 1 to 20 digits";

    /// <summary>An amount is none, or out of range.</summary>
    public static string BadAmount(string given, string wanted) => $"'{given}' is not {wanted} (at most 999999999.99, 2 decimals)";

    /// <summary>An amount that may be zero.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Amount = "an amount of SU";

    /// <summary>An amount of a deposit or refund.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string AmountAboveZero = "an amount of SU above zero";

    /// <summary>An amount of an adjustment.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string AmountOtherThanZero = "an amount of SU other than zero";

    /// <summary>A day is none.</summary>
    /// <remarks>Write it in one of these forms.</remarks>
    public static string BadDate(string given) => $"'{given}' is not a date (2026-06-01, or 2026-06-01T12:00:00Z)";

    /// <summary>A partition's name is too long.</summary>
    public static string PartitionLength(int most) => $"a partition's name has 1 to {most} characters";

    /// <summary>bank partition set: --price is not understood.</summary>
    /// <remarks>Give a price within these bounds.</remarks>
    public static string BadPrice(string given) => $"'{given}' is not a price of 0 or more, and less than 1000000000 SU";

    /// <summary>bank partition set: --nodes or --cores is not understood.</summary>
    public static string BadCount(string given) => $"'{given}' is not a number of them, such as 4";

    /// <summary>bank token: --scope is another word.</summary>
    /// <remarks>Give one of the three.</remarks>
    public static string BadScope(string given) => $"'{given}' is not a scope: read, staff or admin";

    /// <summary>bank token import: a file in the directory is no key.</summary>
    /// <remarks>The directory is to hold nothing but a file for each token; files whose names begin with a dot are left out.</remarks>
    public static string LargeKey(string file, long bytes, long most) => $"{file} has {bytes} bytes, a key at most {most}";

    /// <summary>bank token import: the directory or a file in it is not there, or may not be read.</summary>
    /// <remarks>See whose they are: the bank's user has to read them.</remarks>
    public static string KeysUnreadable(string problem) => $"the keys can't be read: {problem}";
}
