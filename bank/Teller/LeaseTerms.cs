namespace SlurmBanking.Bank.Teller;

/// <summary>For how long this bank grants leases.</summary>
/// <param name="Duration">How long a cluster may decide on one without telling anything; 5 seconds to an hour.</param>
public sealed record LeaseTerms(TimeSpan Duration)
{
    /// <summary>The least number of seconds.</summary>
    public const int Shortest = 5;

    /// <summary>The greatest number of seconds.</summary>
    public const int Longest = 3600;

    /// <summary>What is granted where nobody says.</summary>
    public static readonly LeaseTerms Usual = new(TimeSpan.FromSeconds(60));
}
