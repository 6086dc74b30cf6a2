namespace SlurmBanking.Hooks;

/// <summary>What becomes of a submission.</summary>
/// <param name="Refusal">For the user; null when the job may go on.</param>
/// <param name="AdminComment">The job's new one, with the hold's mark.</param>
/// <param name="Log">For the daemon's log, if anything.</param>
internal sealed record SubmissionOutcome(string? Refusal, string AdminComment, LogLine? Log);
