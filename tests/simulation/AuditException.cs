namespace SlurmBanking.Simulation.Tests;

/// <summary>The auditor is not content.</summary>
internal sealed class AuditException(string message) : Exception(message);
