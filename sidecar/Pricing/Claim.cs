using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>An amount for which there must be room.</summary>
/// <param name="Amount">How much.</param>
/// <param name="What">"job" or "change".</param>
/// <param name="Explanation">What it is made of, for the user.</param>
internal sealed record Claim(ServiceUnits Amount, string What, string Explanation);
