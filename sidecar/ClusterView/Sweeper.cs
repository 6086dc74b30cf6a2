using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>
/// Lists the queue: the second source of every fact. All of it regularly; one user's jobs soon after that user's submission,
/// whose hold the queue has not shown yet, and at once when a job of theirs is reported to have started. Runs that have left
/// the queue unseen are looked up in Slurm's accounting, where there is one.
/// </summary>
internal sealed class Sweeper(
    ISlurm slurm,
    ViewStore view,
    Teller teller,
    Duty duty,
    Journal journal,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<Sweeper> logger
) : SteadyLoop(metrics, time, logger)
{
    /// <summary>After a submission: Slurm has put the job into its queue by then.</summary>
    public static readonly TimeSpan AfterSubmission = TimeSpan.FromSeconds(1.5);

    /// <summary>After a start: further starts of the same moment are seen together.</summary>
    public static readonly TimeSpan AfterStart = TimeSpan.FromMilliseconds(200);

    // Of more users at once the whole queue is listed faster.
    private const int MostUsers = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StandbyInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMilliseconds(500);

    // Slurm remembers a job that ended for MinJobAge (300 s by default): a longer gap may have hidden whole jobs.
    private static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    // What is older is settled, or a person has to look.
    private static readonly TimeSpan LongestMemory = TimeSpan.FromDays(7);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AccountedWithin = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _hurried = new(0);
    private readonly HashSet<uint> _users = [];
    private readonly HashSet<uint> _unknown = [];
    private HashSet<uint> _asked = [];
    private DateTimeOffset _due;
    private DateTimeOffset _hurriedDue = DateTimeOffset.MaxValue;
    private DateTimeOffset _earliest;
    private TimeSpan _took;
    private DateTimeOffset _askedAt;
    private DateTimeOffset _since = DateTimeOffset.MaxValue;
    private bool _first = true;
    private bool _accounting = true;
    private long _onDutySince;

    /// <summary>For how long the whole queue has not been seen; zero on a standby.</summary>
    public TimeSpan Age
    {
        get
        {
            var onDutySince = Interlocked.Read(ref _onDutySince);
            var seen = Math.Max(onDutySince, view.Sweep?.Begun.UtcTicks ?? 0);
            return onDutySince == 0 ? TimeSpan.Zero : new TimeSpan(Math.Max(0, Time.GetUtcNow().UtcTicks - seen));
        }
    }

    public override void Attach() => teller.SweepWanted += Hurry;

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        // Whoever does not know yet whether it is on duty is waited for as well.
        var standsBy = duty is { HasPeers: true, IsActive: false };
        Interlocked.Exchange(
            ref _onDutySince,
            standsBy ? 0
                : _onDutySince == 0 ? Time.GetUtcNow().UtcTicks
                : _onDutySince
        );
        if (!duty.IsActive || view.Cluster.IsEmpty)
        {
            _since = DateTimeOffset.MaxValue;
            return StandbyInterval;
        }

        _since = _since == DateTimeOffset.MaxValue ? Time.GetUtcNow() : _since;
        var (wait, users) = Due();
        if (wait > TimeSpan.Zero)
        {
            return wait;
        }

        var begun = Time.GetUtcNow();
        var next = RetryInterval;
        try
        {
            next = users is null ? await SweepAllAsync(begun, cancellation) : await SweepUsersAsync(users, begun, cancellation);
            view.Problem = "";
        }
        catch (Exception e) when (e is SlurmCommandException or FormatException)
        {
            // A failed or partial listing releases nothing.
            if (view.Problem != e.Message)
            {
                view.Problem = e.Message;
                Log.SweepFailed(logger, e.Message);
            }
        }

        Schedule(users is null, begun, next);
        return TimeSpan.Zero;
    }

    // Woken early when somebody is in a hurry, to look at the clock again.
    protected override async Task WaitAsync(TimeSpan wait, CancellationToken cancellation) =>
        await ((Task)_hurried.WaitAsync(wait, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Hurry(uint user, TimeSpan delay)
    {
        lock (_gate)
        {
            _users.Add(user);
            var due = Time.GetUtcNow() + delay;
            if (due >= _hurriedDue)
            {
                return;
            }

            _hurriedDue = due;
        }

        _hurried.Release();
    }

    /// <summary>How long nothing is due, and then what is: some users' jobs, or all (null).</summary>
    private (TimeSpan Wait, IReadOnlyCollection<uint>? Users) Due()
    {
        lock (_gate)
        {
            var now = Time.GetUtcNow();
            if (view.Sweep is null)
            {
                _due = now;
            }

            var due = _due < _hurriedDue ? _due : _hurriedDue;
            var wait = (due > _earliest ? due : _earliest) - now;
            if (wait > TimeSpan.Zero)
            {
                return (wait, null);
            }

            var users = _users.Union(teller.UnboundUsers()).ToList();
            _users.Clear();
            _hurriedDue = DateTimeOffset.MaxValue;
            return (TimeSpan.Zero, now >= _due || users.Count is 0 or > MostUsers ? null : users);
        }
    }

    private async Task<TimeSpan> SweepUsersAsync(IReadOnlyCollection<uint> users, DateTimeOffset begun, CancellationToken cancellation)
    {
        var era = view.Era;
        foreach (var user in users)
        {
            var listing = await slurm.ListQueueAsync(user, Time.GetUtcNow(), cancellation);
            if (view.Era != era)
            {
                return TimeSpan.Zero;
            }

            await teller.SweepAsync(Patient(listing), view.Cluster);
        }

        Metrics.Swept(Time.GetUtcNow() - begun);
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan> SweepAllAsync(DateTimeOffset begun, CancellationToken cancellation)
    {
        var era = view.Era;
        var listing = await slurm.ListQueueAsync(null, begun, cancellation);
        var took = Time.GetUtcNow() - begun;
        var whole = await TryRecallAsync(listing, cancellation);
        if (view.Era != era)
        {
            // Meanwhile another slurmctld took over. Taken for a view of the present, this one would let a sidecar decide that is
            // beside the active slurmctld again before it knows.
            return TimeSpan.Zero;
        }

        await teller.SweepAsync(Patient(listing), view.Cluster);
        view.Swept(new SweepReport(begun, took, listing.Keys.Count), era);
        if (whole)
        {
            // Until accounting has told what happened in a gap, the gap goes on.
            journal.Sweeping(begun);
            _first = false;
        }

        Metrics.Swept(took);

        // A long queue takes long each time, and is listed less often; one slow answer, of a slurmctld that starts, is none.
        var usual = Shorter(took, _took);
        _took = took;
        return Longer(Interval, usual * 20);
    }

    // What was reported while nobody was here lies in the spool, and is taken in first.
    private QueueListing Patient(QueueListing listing) =>
        _accounting || listing.Begun - _since < listing.ReportedWithin ? listing with { ReportedWithin = AccountedWithin } : listing;

    // Of what ended while nobody looked, and of what was open and is gone.
    private async Task<bool> TryRecallAsync(QueueListing listing, CancellationToken cancellation)
    {
        try
        {
            // A backup's sidecar that takes over for the first time has never listed anything.
            var swept = journal.Swept ?? journal.Installed;
            if (_first || listing.Begun - swept > LongestGap)
            {
                var since = Later(swept - LongestGap, listing.Begun - LongestMemory);
                await teller.RecallAsync(await slurm.RecallAsync(since, cancellation) ?? []);
            }

            var missing = teller.Missing(listing).ToHashSet();
            if (missing.Count > 0 && (!missing.IsSubsetOf(_asked) || listing.Begun - _askedAt >= AskAgain))
            {
                var past = await slurm.RecallAsync([.. missing], cancellation);
                _accounting = past is not null;
                await teller.RecallAsync(past ?? []);
                (_asked, _askedAt) = (missing, listing.Begun);
                TellUnknown(teller.Missing(listing), listing);
            }

            return true;
        }
        catch (Exception e) when (e is SlurmCommandException or FormatException)
        {
            Log.RecallFailed(logger, e.Message);
            return false;
        }
    }

    // A run whose job goes on in a later one is settled by what the queue shows of that; one whose job is gone is not.
    private void TellUnknown(IEnumerable<uint> missing, QueueListing listing)
    {
        foreach (var job in missing.Except(listing.Keys.Select(static key => key.JobId)).Where(_unknown.Add))
        {
            Metrics.EndUnknown();
            Log.EndUnknown(logger, job);
        }
    }

    private void Schedule(bool all, DateTimeOffset begun, TimeSpan next)
    {
        lock (_gate)
        {
            var now = Time.GetUtcNow();
            _earliest = now + Longer(ShortestGap, Shorter(Interval, (now - begun) * 10));
            _due = all ? now + next : _due;
            if (teller.UnboundUsers().Count > 0 && _hurriedDue > now + AfterSubmission)
            {
                _hurriedDue = now + AfterSubmission;
            }
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
