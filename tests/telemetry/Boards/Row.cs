namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>Panels under one heading.</summary>
public sealed record Row(string Title, params Panel[] Panels);
