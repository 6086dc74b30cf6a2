namespace SlurmBanking.Cli.Messages;

/// <summary>Why sbank could not answer; "sbank: " stands before it, on standard error.</summary>
internal static class Failures
{
    /// <summary>Exit code 3: nobody listens on the socket.</summary>
    public static string NoSidecar(string socket) =>
        $"no sidecar answers on {socket}: it does not run on this host, or has another socket (--socket, or SLURM_BANKING_SOCKET)";

    /// <summary>Exit code 4: the socket's directory or mode keeps this user out.</summary>
    /// <remarks>An administrator: the sidecar's --runtime-dir has to have mode 0755 and api.sock 0666, as the sidecar makes them.</remarks>
    public static string SocketClosed(string socket, string user) => $"{socket} may not be opened by user {user}";

    /// <summary>Exit code 3: the sidecar took too long.</summary>
    public static string NoAnswer(string socket, double seconds) =>
        $"the sidecar on {socket} gave no answer within {seconds:0} s; try again, and tell your site's administrators if it stays so";

    /// <summary>Exit code 3: anything else went wrong on the way.</summary>
    /// <remarks>Look into the sidecar's log.</remarks>
    public static string SidecarFails(string socket, string problem) => $"the sidecar on {socket} can't be asked: {problem}";

    /// <summary>Exit code 4: the sidecar knows no such question.</summary>
    public const string NotHere =
        "the sidecar on this host does not answer that: it is a node's, or an older one; ask on the controller's host";

    /// <summary>Exit code 4: the sidecar's refusal, and who asked.</summary>
    /// <remarks>As the refusal says.</remarks>
    public static string NotForYou(string refusal, string user) => $"{refusal} (user {user})";

    /// <summary>Exit code 3: Ctrl-C.</summary>
    /// <remarks>Nothing.</remarks>
    public const string Interrupted = "interrupted";

    /// <summary>Exit code 3: the sidecar stopped in the middle of an answer.</summary>
    public const string BrokenOff = "the sidecar ended before it had answered in full: ask again";

    /// <summary>Exit code 3: the bank does not answer.</summary>
    /// <remarks>Check --bank and the network.</remarks>
    public static string BankAway(string url, string problem) => $"the bank at {url} can't be asked: {problem}";

    /// <summary>Exit code 3: the bank answered with a status from 500 on.</summary>
    /// <remarks>Try again; look into the bank's log.</remarks>
    public static string BankFails(string url, string detail) => $"the bank at {url} fails: {detail}";

    /// <summary>Exit code 4: 401 or 403.</summary>
    /// <remarks>Use a token of the scope that the command's help names.</remarks>
    public static string TokenRefused(string detail) => $"the bank refuses the token: {detail}";

    /// <summary>Exit code 2: the bank speaks the contract of myBRC, and no more than that.</summary>
    /// <remarks>Use that bank's own pages and commands.</remarks>
    public static string BankWithoutAccounts(string url) => $"the bank at {url} offers no accounts, deposits and statements";

    /// <summary>Exit code 3: it is not known whether a deposit was made.</summary>
    public static string DepositUnknown(string problem, string key) => $"{problem}; try again with --key {key}, so that it is made once";

    /// <summary>Exit code 2: --bank is missing, or no address.</summary>
    public const string WhichBank = "which bank? --bank http(s)://HOST, or SBANK_BANK in the environment";

    /// <summary>Exit code 2: no token is given.</summary>
    public const string WhichToken = "with which token? --token-file FILE, or BANK_TOKEN in the environment";

    /// <summary>Exit code 2: --token-file can't be opened.</summary>
    /// <remarks>Check the file and its mode.</remarks>
    public static string TokenUnreadable(string problem) => $"the token can't be read: {problem}";

    /// <summary>Exit code 2: a file on the command line can't be opened.</summary>
    /// <remarks>Check the file and its mode.</remarks>
    public static string FileUnreadable(string file, string problem) => $"{file} can't be read: {problem}";

    /// <summary>Exit code 2: --user names nobody.</summary>
    /// <remarks>Give a name or a number that "id" knows on this host.</remarks>
    public static string NoUser(string user) => $"there is no user {user} on this host";

    /// <summary>Exit code 2: a job's id is a number, of an array's task with _ and another.</summary>
    /// <remarks>Give it as squeue shows it: 12, or 12_3.</remarks>
    public static string NoJobId(string text) => $"{text} is no job id";

    /// <summary>Exit code 2: a time can't be read.</summary>
    /// <remarks>Write it so.</remarks>
    public static string NoTime(string text) => $"{text} is no day like 2026-03-01 and no time like 2026-03-01T12:00:00";

    /// <summary>Exit code 1: there is no such parked record.</summary>
    public static string NoDeadLetter(ulong seq) => $"no parked record has the number {seq}: see sbank dead-letters list";

    /// <summary>Exit code 2: dead-letters retry without a number.</summary>
    public const string NumbersWanted = "either numbers or --all is wanted";

    /// <summary>Exit code 2: the file does not begin with #!.</summary>
    /// <remarks>Give the script that sbatch would take, or options of sbatch.</remarks>
    public const string NoScript = "it is no batch script: sbatch takes one that begins with #!";

    /// <summary>Exit code 2: an #SBATCH line can't be understood.</summary>
    /// <remarks>As the problem says; sbatch would refuse it, too.</remarks>
    public static string ScriptLine(int line, string problem) => $"line {line}: {problem}";

    /// <summary>Exit code 2: sbatch has no such option.</summary>
    /// <remarks>Correct it; "man sbatch" lists them.</remarks>
    public static string NoOption(string word) => $"{word} is no option of sbatch";

    /// <summary>Exit code 2: an option stands at the end.</summary>
    /// <remarks>Give the value.</remarks>
    public static string ValueWanted(string word) => $"{word} wants a value";

    /// <summary>Exit code 2: an option's value is none that sbatch takes.</summary>
    /// <remarks>Correct it; "man sbatch" says how it is written.</remarks>
    public static string BadValue(string name, string text) => $"--{name}={text} can't be read";
}
