using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>What the last Welcome said, or what holds before any did.</summary>
/// <param name="SubmissionDeadline">Longest wait for a Verdict.</param>
/// <param name="FactDeadline">Longest wait for a Receipt.</param>
/// <param name="WhenUnavailable">Unspecified before any Welcome: the fallback file is asked then.</param>
internal sealed record SidecarTerms(TimeSpan SubmissionDeadline, TimeSpan FactDeadline, Fallback WhenUnavailable)
{
    /// <summary>Before any Welcome.</summary>
    public static readonly SidecarTerms Initial = new(TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(100), Fallback.Unspecified);

    /// <summary>No sidecar can make Slurm wait longer than this for one call.</summary>
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(5);

    public static SidecarTerms From(Welcome welcome) =>
        new(
            Bounded(welcome.SubmissionDeadlineMs, Initial.SubmissionDeadline),
            Bounded(welcome.FactDeadlineMs, Initial.FactDeadline),
            welcome.WhenUnavailable == Fallback.Deny ? Fallback.Deny : Fallback.Allow
        );

    private static TimeSpan Bounded(uint milliseconds, TimeSpan otherwise)
    {
        var told = TimeSpan.FromMilliseconds(milliseconds);
        return told == TimeSpan.Zero ? otherwise : TimeSpan.FromTicks(Math.Min(told.Ticks, LongestDeadline.Ticks));
    }
}
