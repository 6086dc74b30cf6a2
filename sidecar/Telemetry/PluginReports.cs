using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Telemetry;

/// <summary>
/// What slurmctld's plugins said with their last hello about requests that no sidecar answered. Nobody can ask them, and their
/// totals begin anew with slurmctld, as a counter's do: they are exported as they are. Without a hello there is no series, so
/// that a sidecar that starts anew does not count what was counted before.
/// </summary>
internal sealed class PluginReports
{
    private readonly ConcurrentDictionary<Hook, Misses> _told = new();

    public PluginReports(Meter meter)
    {
        meter.CreateObservableCounter(
            "slurm_banking.plugin.unanswered",
            () => _told.SelectMany(static one => Unanswered(one.Key, one.Value)),
            "{request}",
            "Requests of slurmctld's plugins that no sidecar answered, by how they failed"
        );
        meter.CreateObservableCounter(
            "slurm_banking.plugin.breaker.openings",
            () => _told.Select(static one => Measure(one.Key, (long)one.Value.BreakerOpenings)),
            "{opening}",
            "How often the breaker opened with which slurmctld's plugins protect it"
        );
        meter.CreateObservableCounter(
            "slurm_banking.plugin.breaker.open_time",
            () => _told.Select(static one => Measure(one.Key, one.Value.BreakerOpenMs / 1000.0)),
            "s",
            "How long that breaker stood open"
        );
        meter.CreateObservableGauge(
            "slurm_banking.plugin.breaker.open",
            () => _told.Select(static one => Measure(one.Key, one.Value.BreakerOpen ? 1L : 0L)),
            "1",
            "1 while that breaker is open, or the first answer since is on its way"
        );
    }

    /// <summary>A plugin has said hello.</summary>
    public void Told(Hook hook, Misses misses) => _told[hook] = misses;

    /// <summary>A plugin asks something more over a connection that began as a trial: it was content with the answer.</summary>
    public void Trusts(Hook hook)
    {
        if (_told.TryGetValue(hook, out var misses) && misses.BreakerOpen)
        {
            _told[hook] = new Misses(misses) { BreakerOpen = false };
        }
    }

    private static IEnumerable<Measurement<long>> Unanswered(Hook hook, Misses misses) =>
        [
            Measure(hook, (long)misses.Timeouts, "timeout"),
            Measure(hook, (long)misses.Resting, "resting"),
            Measure(hook, (long)misses.Absent, "absent"),
            Measure(hook, (long)misses.Untrusted, "untrusted"),
            Measure(hook, (long)misses.Broken, "broken"),
            Measure(hook, (long)misses.Rejected, "rejected"),
        ];

    private static Measurement<T> Measure<T>(Hook hook, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>("hook", Name(hook)));

    private static Measurement<long> Measure(Hook hook, long value, string outcome) =>
        new(value, new KeyValuePair<string, object?>("hook", Name(hook)), new KeyValuePair<string, object?>("outcome", outcome));

    private static string Name(Hook hook) => hook == Hook.JobSubmit ? "job_submit" : "jobcomp";
}
