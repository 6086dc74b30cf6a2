using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>What becomes of a request that somebody had to be asked about.</summary>
/// <param name="Refusal">For the user; null when it may go on.</param>
/// <param name="Verdict">The sidecar's answer; null when it could not be asked.</param>
/// <param name="Log">For the daemon's log, if anything.</param>
internal readonly record struct Ruling(string? Refusal, Verdict? Verdict, LogLine? Log);
