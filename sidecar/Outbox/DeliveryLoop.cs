using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Brings the outbox to the bank: in order per job, several jobs at once, until each record is delivered or parked. While
/// nothing gets through it pauses as a whole, longer each time.
/// </summary>
internal sealed class DeliveryLoop(
    Journal journal,
    Courier courier,
    Teller teller,
    Duty duty,
    ClusterName cluster,
    Random random,
    BankHealth health,
    SettingsStore settings,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<DeliveryLoop> logger
) : SteadyLoop(metrics, time, logger)
{
    private const int Batch = 256;
    private const int Concurrency = 16;
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BusyInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How long what is on its way at the end of the process may take to land.</summary>
    private static readonly TimeSpan LandingTime = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly SemaphoreSlim _hope = new(0, 1);
    private readonly Queue<PendingDelivery> _due = new();
    private readonly Dictionary<long, Task<DeliveryResult>> _flying = [];
    private int _misses;
    private DateTimeOffset _quietUntil;
    private long _delivered;
    private volatile string _lastProblem = "";

    /// <summary>Records delivered since the start of the process.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    public string LastProblem => _lastProblem;

    public override void Attach()
    {
        journal.OutboxChanged += () => Wake(_work);
        settings.Changed += () => Wake(_hope);
        health.Recovered += () => Wake(_hope);
    }

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        // While nothing gets through, one record at a time finds out when something does again.
        var busy = LetFly(_misses == 0 ? Concurrency : 1, cancellation);
        if (_flying.Count == 0)
        {
            return busy ? BusyInterval : IdleInterval;
        }

        await AnyLandsAsync(cancellation);
        if (!Take())
        {
            return TimeSpan.Zero;
        }

        // Whatever else is on its way is most likely missed as well: that counts as one.
        await Task.WhenAll(_flying.Values);
        Take();
        _due.Clear();
        return Longer(Pause(++_misses), _quietUntil - Time.GetUtcNow());
    }

    // An idle loop is woken by a new record; one that pauses only by what may help: another url, token or certificate, an answer.
    protected override async Task WaitAsync(TimeSpan wait, CancellationToken cancellation) =>
        await ((Task)(_misses == 0 ? _work : _hope).WaitAsync(wait, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static void Wake(SemaphoreSlim signal)
    {
        if (signal.CurrentCount > 0)
        {
            return;
        }

        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just done so.
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // Half of it jitter, so that the sidecars of many clusters don't come back to their bank in step.
    private TimeSpan Pause(int misses)
    {
        var longest = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(misses, 16) - 1));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2)));
    }

    /// <summary>Sends off what is due, up to a number on the way at once.</summary>
    /// <returns>Whether something is due that has to wait: its account is being read.</returns>
    private bool LetFly(int atMost, CancellationToken cancellation)
    {
        var held = false;
        if (_due.Count == 0 && _flying.Count < atMost)
        {
            Refill(atMost == 1 ? Concurrency : Batch);
        }

        for (var i = _due.Count; i > 0 && _flying.Count < atMost && !cancellation.IsCancellationRequested; i--)
        {
            var pending = _due.Dequeue();
            if (teller.TryBeginDelivery(pending.Delivery, out var doubt, out var traceRoot))
            {
                _flying.Add(pending.Seq, SendAsync(pending, doubt, traceRoot, cancellation));
            }
            else
            {
                held = true;
            }
        }

        return held;
    }

    // Of each job only its oldest record is due, so none of these overtakes one that is on its way.
    private void Refill(int most)
    {
        // A charge whose sender the bank is not told lowers no lease: the next renewal would be granted what is spent already.
        if (settings.Current.Settings is null || !duty.MayDeliver || cluster.Value is null || Time.GetUtcNow() < _quietUntil)
        {
            return;
        }

        foreach (var pending in journal.ReadDue(most + _flying.Count).Where(pending => !_flying.ContainsKey(pending.Seq)))
        {
            _due.Enqueue(pending);
        }
    }

    // With a place free, a new record need not wait until something lands.
    private async Task AnyLandsAsync(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            await Task.WhenAll(_flying.Values);
        }
        else if (_flying.Count < Concurrency && _misses == 0)
        {
            await Task.WhenAny([.. _flying.Values, Task.Delay(BusyInterval, Time, cancellation)]);
        }
        else
        {
            await Task.WhenAny(_flying.Values);
        }
    }

    /// <summary>Takes in what has landed.</summary>
    /// <returns>Whether something was missed.</returns>
    private bool Take()
    {
        var missed = false;
        foreach (var (seq, sending) in _flying.Where(static flight => flight.Value.IsCompleted).ToList())
        {
            _flying.Remove(seq);
            var result = sending.Result;
            var landed = result.Outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused;
            missed |= !landed;
            _misses = landed ? 0 : _misses;
            if (result.RetryAfter is { } pause)
            {
                _quietUntil = Time.GetUtcNow() + pause;
            }
        }

        return missed;
    }

    private async Task<DeliveryResult> SendAsync(PendingDelivery pending, Doubt doubt, string? traceRoot, CancellationToken cancellation)
    {
        using var span = JobTrace.Deliver(pending, traceRoot);
        using var landing = new CancellationTokenSource();
        await using var stop = cancellation.Register(() => landing.CancelAfter(LandingTime));
        DeliveryResult result;
        try
        {
            if (pending.Delivery.Kind == DeliveryKind.Charge)
            {
                await journal.Write(writer => writer.Attempt(pending.Seq));
            }

            result = await courier.SendAsync(pending, doubt, landing.Token);
        }
        catch (Exception e)
        {
            // Most likely the process ends. The attempt is on record, and the record stays.
            result = new DeliveryResult(DeliveryOutcome.Unknown, e.Message);
        }

        JobTrace.Delivered(span, result.Outcome);
        await RecordAsync(pending, result);
        return result;
    }

    private async Task RecordAsync(PendingDelivery pending, DeliveryResult result)
    {
        var now = Time.GetUtcNow();
        var (delivery, job) = (pending.Delivery, pending.Delivery.Job);
        Metrics.Delivery(result.Outcome.ToString());
        var isFinal = result.Outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused;
        Action<JournalWriter> record = result.Outcome switch
        {
            DeliveryOutcome.Delivered => writer => writer.Delivered(pending.Seq, now),
            DeliveryOutcome.Refused => writer => writer.Park(pending.Seq, now, result.Problem),
            DeliveryOutcome.Later => writer =>
                writer.Retry(pending.Seq, now + (result.RetryAfter ?? Pause(pending.Attempts + 1)), result.Problem),
            _ => static _ => { },
        };
        await teller.EndDelivery(
            pending,
            isFinal,
            parked: result.Outcome == DeliveryOutcome.Refused,
            result.WasThere,
            record,
            result.Stored
        );
        if (result.Outcome == DeliveryOutcome.Delivered)
        {
            Interlocked.Increment(ref _delivered);
            Log.Delivered(logger, delivery.Kind.ToString(), job.JobSlurmId, (job.Amount ?? ServiceUnits.Zero).ToString(), job.AccountId);
        }
        else if (result.Outcome == DeliveryOutcome.Refused)
        {
            Log.Parked(logger, delivery.Kind.ToString(), job.JobSlurmId, job.AccountId, result.Problem);
        }

        if (result.Problem.Length > 0)
        {
            _lastProblem = result.Problem;
        }
    }
}
