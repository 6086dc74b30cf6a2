namespace SlurmBanking.Telemetry.Tests.Otlp;

/// <summary>A line of a log as it came.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Text">Its body.</param>
/// <param name="TraceId">In hex; "" when it belongs to none.</param>
public sealed record OtlpLog(string Service, string Text, string TraceId);
