using SlurmBanking.BankConfig;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>A configuration and when it came into force.</summary>
internal sealed record InForce(DateTimeOffset From, BankSettings Settings);
