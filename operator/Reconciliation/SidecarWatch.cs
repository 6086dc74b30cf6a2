using System.Collections.Concurrent;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>
/// Asks the controllers' sidecars how things stand: every second while a change is on its way to one that answers, else every
/// half minute. Whoever reconciles finds the last answer here and never waits for one.
/// </summary>
/// <param name="inquiry">Asks.</param>
/// <param name="news">Hears of whom something else is to be said than before.</param>
/// <param name="metrics">Counts.</param>
/// <param name="time">The clock.</param>
internal sealed class SidecarWatch(SidecarInquiry inquiry, Action<ObjectKey> news, OperatorMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>Sidecars that are asked at the same time: one that hangs must not hold up the others.</summary>
    private const int MostAtOnce = 16;

    /// <summary>As long as the kubelet may need to bring a changed ConfigMap, and then some.</summary>
    private static readonly TimeSpan Underway = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ObjectKey, Watched> _watched = new();
    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>The last answer.</summary>
    public Observation Of(ObjectKey key) => _watched.TryGetValue(key, out var watched) ? watched.Last : Observation.None;

    /// <summary>Notes whom to ask, or that there is nobody any more.</summary>
    public void Set(ObjectKey key, SidecarTarget? target)
    {
        if (target is null)
        {
            if (_watched.TryRemove(key, out var gone))
            {
                gone.Dispose();
            }

            return;
        }

        if (_watched.TryGetValue(key, out var known))
        {
            known.Aim(target, time.GetTimestamp());
            return;
        }

        var watched = new Watched(target, time.GetTimestamp());
        if (_watched.TryAdd(key, watched))
        {
            _ = Task.Run(() => AskAgainAndAgainAsync(key, watched));
        }
        else
        {
            watched.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var key in _watched.Keys)
        {
            Set(key, null);
        }
    }

    private async Task AskAgainAndAgainAsync(ObjectKey key, Watched watched)
    {
        var stop = watched.Stopped;
        while (!stop.IsCancellationRequested)
        {
            var target = watched.Target;
            var said = await AskAsync(target, stop);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            metrics.Inquired(said.Status is null ? "failed" : "answered");
            var isNews = !said.SaysTheSameAs(watched.Last);
            watched.Last = said;
            if (isNews)
            {
                news(key);
            }

            var isUnderway =
                said.Status is { } status
                && status.Configuration?.Hash != target.ConfigHash
                && time.GetElapsedTime(watched.Since) < Underway;
            await watched.PauseAsync(isUnderway || !ReferenceEquals(watched.Target, target) ? Often : Seldom, time);
        }
    }

    private async Task<Observation> AskAsync(SidecarTarget target, CancellationToken cancellation)
    {
        try
        {
            await _turns.WaitAsync(cancellation);
            try
            {
                return await inquiry.AskAsync(target, cancellation);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception e)
        {
            return new Observation(null, e.Message);
        }
    }

    private sealed class Watched(SidecarTarget target, long since) : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private volatile CancellationTokenSource? _pause;

        public volatile Observation Last = Observation.None;

        public SidecarTarget Target { get; private set; } = target;

        public long Since { get; private set; } = since;

        public CancellationToken Stopped => _stop.Token;

        public void Aim(SidecarTarget next, long now)
        {
            if (next == Target)
            {
                return;
            }

            (Target, Since) = (next, now);
            try
            {
                _pause?.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The pause ended by itself.
            }
        }

        public async Task PauseAsync(TimeSpan length, TimeProvider time)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            _pause = pause;
            await Task.Delay(length, time, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pause = null;
        }

        // Not disposed: the loop that runs still looks at the token.
        public void Dispose() => _stop.Cancel();
    }
}
