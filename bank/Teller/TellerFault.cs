namespace SlurmBanking.Bank.Teller;

/// <summary>Why a request can't be fulfilled.</summary>
public enum TellerFault
{
    /// <summary>What it says is wrong in itself.</summary>
    Invalid,

    /// <summary>What it concerns is not there.</summary>
    NotFound,

    /// <summary>What is there stands against it.</summary>
    Conflict,
}
