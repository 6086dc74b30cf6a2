namespace SlurmBanking.Sidecar.Bank;

/// <summary>What the last answers of the bank say about it.</summary>
internal enum BankState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It answers.</summary>
    Reachable,

    /// <summary>Several questions in a row had no answer: nobody waits for it.</summary>
    Unreachable,

    /// <summary>It refuses the token (401, 403).</summary>
    TokenRefused,
}
