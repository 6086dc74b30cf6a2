namespace SlurmBanking.BankConfig;

/// <summary>[Policy] mode.</summary>
public enum PolicyMode
{
    /// <summary>A submission that does not fit is refused.</summary>
    Enforce,

    /// <summary>Everything is priced, held, recorded and reported, and nothing is refused: for going live safely.</summary>
    Observe,
}
