namespace SlurmBanking.Cli;

/// <summary>How sbank ends (sbank(1), EXIT STATUS).</summary>
internal static class ExitCode
{
    /// <summary>Done; of a quote: it would be accepted.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: it would be refused, there is no such job, accounting and bank differ.</summary>
    public const int No = 1;

    /// <summary>The command line, or a batch script, can't be understood.</summary>
    public const int Misused = 2;

    /// <summary>The sidecar can't be asked, or can't answer now.</summary>
    public const int Unavailable = 3;

    /// <summary>Others may do that: root or SlurmUser, or the user whose it is.</summary>
    public const int NotPermitted = 4;
}
