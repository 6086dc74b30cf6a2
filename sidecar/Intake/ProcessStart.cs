namespace SlurmBanking.Sidecar.Intake;

/// <summary>When this process started.</summary>
internal sealed record ProcessStart(DateTimeOffset At);
