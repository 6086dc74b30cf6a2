using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// How often a link failed, and how. Nobody can ask a plugin inside slurmctld: it tells with its next hello, which follows every
/// failure sooner or later, since a connection that failed is given up.
/// </summary>
internal sealed class LinkTally
{
    private readonly long[] _failures = new long[(int)LinkFailure.Rejected + 1];

    /// <summary>Takes no lock: a call that did not get its turn counts as well.</summary>
    public void Count(LinkFailure failure)
    {
        if (failure != LinkFailure.None)
        {
            Interlocked.Increment(ref _failures[(int)failure]);
        }
    }

    /// <param name="breaker">Of the link, whose lock is held.</param>
    public Misses Report(CircuitBreaker breaker) =>
        new()
        {
            Timeouts = Of(LinkFailure.TooLate),
            Resting = Of(LinkFailure.Resting),
            Absent = Of(LinkFailure.Absent),
            Untrusted = Of(LinkFailure.Untrusted),
            Broken = Of(LinkFailure.BrokenOff) + Of(LinkFailure.Malformed),
            Rejected = Of(LinkFailure.Rejected),
            BreakerOpenings = breaker.Openings,
            BreakerOpenMs = (ulong)breaker.Rested.TotalMilliseconds,
            BreakerOpen = breaker.IsOpen,
        };

    private ulong Of(LinkFailure failure) => (ulong)Interlocked.Read(ref _failures[(int)failure]);
}
