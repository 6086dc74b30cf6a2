namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>What Prometheus has of one series.</summary>
/// <param name="Legend">What it is called below its panel.</param>
/// <param name="Points">Seconds since the begin, and value.</param>
public sealed record Series(string Legend, IReadOnlyList<(double Second, double Value)> Points);
