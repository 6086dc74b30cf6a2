using Grpc.Core;
using Polly;
using Polly.Retry;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>
/// Reports kept starts to the controller's sidecar, the oldest first, many at once. One is forgotten when the controller has
/// taken it, so a lost answer makes it come twice; while it can't be reached, pauses grow and are jittered.
/// </summary>
internal sealed class Forwarder : SteadyLoop
{
    /// <summary>Longest pause between two attempts.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How often a node without news asks whether it could report some: a wrong token is found before it matters.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StartStore _store;
    private readonly ControllerLink _link;
    private readonly NodeOptions _options;
    private readonly SidecarMetrics _metrics;
    private readonly ResiliencePipeline _persistence;
    private readonly SemaphoreSlim _news = new(0);
    private volatile NodeLinkState _state = new(Answers: false, LastAnswer: null, Problem: Problems.NotAskedYet);
    private int _singly;
    private long _forwarded;

    public Forwarder(
        StartStore store,
        ControllerLink link,
        NodeOptions options,
        SidecarMetrics metrics,
        TimeProvider time,
        ILogger<Forwarder> logger
    )
        : base(metrics, time, logger)
    {
        (_store, _link, _options, _metrics) = (store, link, options, metrics);
        _store.Added += Wake;
        _persistence = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<RpcException>(),
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = FirstPause,
                    MaxDelay = LongestPause,
                }
            )
            .Build();
    }

    /// <summary>How the last attempt went.</summary>
    public NodeLinkState State => _state;

    /// <summary>Starts that the controller has taken, since the start of the process.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    public override void Dispose()
    {
        _store.Added -= Wake;
        base.Dispose();
        _news.Dispose();
    }

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        await _persistence.ExecuteAsync(ReportAsync, cancellation);
        return _store.Kept > 0 ? TimeSpan.Zero : Heartbeat;
    }

    // Woken when there is something to report.
    protected override async Task WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        if (wait > TimeSpan.Zero)
        {
            await ((Task)_news.WaitAsync(wait, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Wake()
    {
        if (_news.CurrentCount == 0)
        {
            _news.Release();
        }
    }

    // Each attempt takes what is there by then, and the token that is in its file by then.
    private async ValueTask ReportAsync(CancellationToken cancellation)
    {
        var batch = _store.ReadOldest(_singly > 0 ? 1 : StartBounds.MaxStarts);
        var request = new ReportStartsRequest();
        request.Starts.AddRange(batch.Select(static start => start.Hint));
        try
        {
            await _link.AskAsync(
                options => _link.Facts.ReportStartsAsync(request, options),
                _options.TokenFile,
                uid: null,
                Patience,
                cancellation
            );
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument && batch.Count > 0)
        {
            SetAside(batch, e.Status.Detail);
            return;
        }
        catch (RpcException e)
        {
            Failed(e.Status.Detail, cancellation);
            throw;
        }

        Answered();
        if (batch.Count > 0)
        {
            _store.RemoveUpTo(batch[^1].Seq);
            _metrics.StartsForwarded(batch.Count);
            Interlocked.Add(ref _forwarded, batch.Count);
            _singly = Math.Max(0, _singly - 1);
        }
    }

    // The controller takes all of a report or nothing: sent one by one, the good ones get through and the bad one is known.
    private void SetAside(List<KeptStart> batch, string problem)
    {
        if (batch.Count > 1)
        {
            _singly = batch.Count;
            return;
        }

        _store.Refuse(batch[0].Seq);
        _singly = Math.Max(0, _singly - 1);
        Log.StartRefused(Logger, batch[0].Hint.JobId, problem);
    }

    private void Answered()
    {
        // Whoever reads of it and asks then is told the same.
        var answered = _state.Answers;
        _state = new NodeLinkState(Answers: true, Time.GetUtcNow(), Problem: "");
        if (!answered)
        {
            Log.ControllerAnswers(Logger, _options.Controller);
        }
    }

    private void Failed(string problem, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return;
        }

        var before = _state.Problem;
        _state = _state with { Answers = false, Problem = problem };
        if (before != problem)
        {
            Log.ControllerAway(Logger, _options.Controller, problem, _store.Kept);
        }
    }
}
