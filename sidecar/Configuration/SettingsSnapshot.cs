using SlurmBanking.BankConfig;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>The configuration in force.</summary>
/// <param name="Settings">Null while no file that could be used was ever seen: then the outage policy's default holds.</param>
/// <param name="Hash">SHA-256 of the file in force, hex; "" when none is.</param>
/// <param name="Loaded">When it came into force.</param>
/// <param name="Problems">Of the file on disk.</param>
/// <param name="Degraded">The file on disk is not the one in force.</param>
internal sealed record SettingsSnapshot(
    BankSettings? Settings,
    string Hash,
    DateTimeOffset Loaded,
    IReadOnlyList<string> Problems,
    bool Degraded
);
