namespace SlurmBanking.BankConfig;

/// <summary>What came of reading a configuration file.</summary>
/// <param name="Settings">The configuration; null when any problem is an error.</param>
/// <param name="Problems">Errors and warnings in the order of the file.</param>
public sealed record ConfigReading(BankSettings? Settings, IReadOnlyList<ConfigProblem> Problems);
