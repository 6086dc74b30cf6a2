using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>Something that costs an amount for which there must be room.</summary>
internal interface IClaim
{
    /// <summary>How much.</summary>
    ServiceUnits Amount { get; }

    /// <summary>"job" or "change".</summary>
    string What { get; }

    /// <summary>What the amount is made of, for the user. Put together when it is asked for: only who is refused reads it.</summary>
    string Explanation { get; }
}
