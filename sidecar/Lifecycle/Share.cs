using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What one account holds of something.</summary>
internal sealed record Share(string Account, ServiceUnits Amount);
