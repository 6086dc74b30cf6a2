namespace SlurmBanking.Faults.Tests;

public enum BankMannerKind
{
    /// <summary>Forwarded and answered.</summary>
    Pass,

    /// <summary>Accepted and never answered.</summary>
    BlackHole,

    /// <summary>Answered with a status and no word from the bank.</summary>
    Status,

    /// <summary>The connection is reset.</summary>
    Reset,
}
