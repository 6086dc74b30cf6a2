using SlurmBanking.Hooks.Messages;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// What the daemon's log is told about the sidecar: that it can't be asked any more, and that it can again. Never a line per
/// job: a busy slurmctld would drown in them.
/// </summary>
internal sealed class LinkNews(TimeProvider time)
{
    private readonly Lock _turn = new();
    private volatile bool _down;
    private long _downSince;
    private long _unanswered;

    /// <summary>The line to log, or null.</summary>
    /// <param name="failure">How the call ended.</param>
    /// <param name="meanwhile">What happens instead of asking.</param>
    public LogLine? Of(LinkFailure failure, string meanwhile)
    {
        // Nearly always, and without a lock: it would cost each new thread an object.
        if (failure == LinkFailure.None && !_down)
        {
            return null;
        }

        lock (_turn)
        {
            return failure == LinkFailure.None ? Answered_NeedsLock() : Unanswered_NeedsLock(failure, meanwhile);
        }
    }

    private LogLine? Answered_NeedsLock()
    {
        if (!_down)
        {
            return null;
        }

        _down = false;
        var seconds = (long)time.GetElapsedTime(_downSince).TotalSeconds;
        return new LogLine(LogTexts.SidecarBack(seconds, _unanswered), IsError: false);
    }

    private LogLine? Unanswered_NeedsLock(LinkFailure failure, string meanwhile)
    {
        _unanswered = _down ? _unanswered + 1 : 1;
        if (_down)
        {
            return null;
        }

        _down = true;
        _downSince = time.GetTimestamp();
        return new LogLine(LogTexts.SidecarAway(Reason(failure), meanwhile), IsError: true);
    }

    private static string Reason(LinkFailure failure) =>
        failure switch
        {
            LinkFailure.Absent => LogTexts.Absent,
            LinkFailure.Untrusted => LogTexts.Untrusted,
            LinkFailure.TooLate => LogTexts.TooLate,
            LinkFailure.BrokenOff => LogTexts.BrokenOff,
            LinkFailure.Malformed => LogTexts.Malformed,
            LinkFailure.Rejected => LogTexts.Rejected,
            _ => LogTexts.Resting,
        };
}
