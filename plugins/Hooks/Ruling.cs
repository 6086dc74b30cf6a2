using SlurmBanking.Terms;

namespace SlurmBanking.Hooks;

/// <summary>What becomes of a request that somebody had to be asked about.</summary>
/// <param name="Refusal">For the user; null when it may go on.</param>
/// <param name="IsAnswered">The sidecar said so; else it could not be asked.</param>
/// <param name="Amount">What is held; null when that is not known.</param>
/// <param name="Log">For the daemon's log, if anything.</param>
internal readonly record struct Ruling(string? Refusal, bool IsAnswered, ServiceUnits? Amount, LogLine? Log);
