using System.Runtime.InteropServices;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// All open holds and runs, and what they add up to per limit. Runs that ended may be on the shelf: counted here, and found in
/// the archive. Not thread-safe.
/// </summary>
/// <param name="archive">Where runs on the shelf are; without one nothing may be put there.</param>
internal sealed class Book(IRunArchive? archive = null)
{
    /// <summary>While nothing lists the queue, of so many jobs without a mark later runs are known for the same job's.</summary>
    private const int MostJobs = 20_000;

    private const int RecalledPlaces = 64;

    private readonly Parted<HoldId, Hold> _holds = new();
    private readonly Parted<RunKey, Run> _runs = new();
    private readonly Parted<uint, HoldId> _holdsByJob = new();
    private readonly Dictionary<uint, Parted<HoldId, Hold>> _holdsByUser = [];
    private readonly Dictionary<uint, int> _unboundOf = [];
    private readonly JobIds _shelved = new();

    // What the archive told last, by job: a delivery asks for its run when it begins, when it ends and when that is noted.
    private readonly Run?[] _recalled = new Run?[RecalledPlaces];
    private readonly Parted<HoldId, Asked> _asked = new();
    private readonly Dictionary<string, Tally> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Account, uint Uid), Tally> _users = [];
    private ServiceUnits _held;
    private int _unbound;
    private int _running;
    private int _letIn;
    private uint _mostRestarts;

    public Parted<HoldId, Hold> Holds => _holds;

    /// <summary>All that go on, and those that ended and are not on the shelf.</summary>
    public Parted<RunKey, Run> Runs => _runs;

    /// <summary>How often this sidecar took over from another: settlements of earlier terms are in doubt.</summary>
    public long Term { get; set; }

    /// <summary>Sum of all holds.</summary>
    public ServiceUnits Held => _held;

    /// <summary>Holds that the queue has not shown yet.</summary>
    public int Unbound => _unbound;

    /// <summary>All of it in numbers; counted as it changes.</summary>
    public BookTotals Totals => new(_holds.Count, _held, _unbound, _running, _letIn);

    public Tally Of(string account) => _accounts.GetValueOrDefault(account);

    public Tally Of(string account, uint uid) => _users.GetValueOrDefault((account, uid));

    /// <summary>A user's holds, in no order: a user who asks for them must not make decisions wait for a look at everybody's.</summary>
    public IReadOnlyCollection<Hold> HoldsOf(uint uid) => _holdsByUser.TryGetValue(uid, out var holds) ? holds : [];

    /// <summary>Accounts on which a user has something outstanding.</summary>
    public IEnumerable<string> AccountsOf(uint uid) => _users.Keys.Where(user => user.Uid == uid).Select(static user => user.Account);

    /// <summary>Users with holds that the queue has not shown yet; counted as they change: holds may be hundreds of thousands.</summary>
    public IReadOnlyCollection<uint> UnboundUsers => _unboundOf.Keys;

    public Hold? Find(HoldId id) => _holds.GetValueOrDefault(id);

    public Run? Find(RunKey key) =>
        _runs.TryGetValue(key, out var run) ? run
        : _shelved.Contains(key.JobId) ? Recall(key)
        : null;

    /// <summary>All runs of one job of a hold.</summary>
    public IEnumerable<Run> RunsOf(HoldId hold, uint jobId)
    {
        var keys = Enumerable.Range(0, (int)_mostRestarts + 1).Select(restart => new RunKey(hold, jobId, (uint)restart));
        var present = keys.Select(key => _runs.GetValueOrDefault(key)).OfType<Run>().ToList();
        var shelved = _shelved.Contains(jobId) && archive is not null ? archive.Of(hold, jobId) : [];
        return present.Concat(shelved.ExceptBy(present.Select(static run => run.Key), static run => run.Key));
    }

    /// <summary>Another sidecar may have settled this run, and better: the bank is asked before its record is overwritten.</summary>
    public bool IsDoubtful(Run run) => run.State == RunState.Settling && IsOfEarlierTerm(run);

    /// <summary>It ended before the present term: what the queue says of it now is newer.</summary>
    public bool IsOfEarlierTerm(Run run) => run.State is RunState.Settling or RunState.Settled && run.Term < Term;

    /// <summary>What to ask the bank before a run's settlement is sent.</summary>
    public Doubt DoubtOf(RunKey key) =>
        Find(key) is not { } run ? Doubt.None
        : IsDoubtful(run) ? Doubt.Settled
        : run.ChargeParked ? Doubt.Taken
        : Doubt.None;

    /// <summary>The hold that a job without a mark was given when it was adopted.</summary>
    /// <param name="jobId">Of an array: its array_job_id.</param>
    public HoldId? HoldOfJob(uint jobId) => _holdsByJob.TryGetValue(jobId, out var id) ? id : null;

    /// <summary>What a waiting job asks for; null when that is not known.</summary>
    public Asked? AskedBy(HoldId id) => _asked.GetValueOrDefault(id);

    /// <summary>Takes note of what the job of a hold asks for. Not kept on disk: the queue tells it again.</summary>
    public void Ask(HoldId id, Asked asked) => _asked[id] = asked;

    /// <summary>The holds that the queue shows with a record of this id.</summary>
    public IEnumerable<HoldId> HoldsAsking(uint record) =>
        _asked.Pairs.Where(pair => pair.Value.Records.Contains(record)).Select(static pair => pair.Key);

    public IEnumerable<HoldId> HoldsOfHetJob(uint id) =>
        _asked.Pairs.Where(pair => pair.Value.HetJobId == id).Select(static pair => pair.Key);

    public void Put(Hold hold)
    {
        Replace(hold.Id);
        _holds[hold.Id] = hold;
        if (!_holdsByUser.TryGetValue(hold.Uid, out var ofUser))
        {
            _holdsByUser[hold.Uid] = ofUser = new Parted<HoldId, Hold>();
        }

        ofUser[hold.Id] = hold;
        CountUnbound(hold, 1);
        _letIn += hold.LetIn ? 1 : 0;
        _held += hold.Amount;
        Add(hold.Account, hold.Uid, hold.Amount);
        foreach (var share in hold.Elsewhere ?? [])
        {
            _held += share.Amount;
            Add(share.Account, hold.Uid, share.Amount);
        }

        if (hold.JobId is { } jobId)
        {
            _holdsByJob[jobId] = hold.Id;
        }
    }

    public void Remove(HoldId id)
    {
        Replace(id);
        _asked.Remove(id);
    }

    private void Replace(HoldId id)
    {
        if (_holds.Remove(id, out var hold))
        {
            var ofUser = _holdsByUser[hold.Uid];
            ofUser.Remove(id);
            if (ofUser.Count == 0)
            {
                _holdsByUser.Remove(hold.Uid);
            }

            CountUnbound(hold, -1);
            _letIn -= hold.LetIn ? 1 : 0;
            _held -= hold.Amount;
            Subtract(hold.Account, hold.Uid, hold.Amount);
            foreach (var share in hold.Elsewhere ?? [])
            {
                _held -= share.Amount;
                Subtract(share.Account, hold.Uid, share.Amount);
            }
        }
    }

    private void CountUnbound(Hold hold, int by)
    {
        if (hold.JobId is not null)
        {
            return;
        }

        _unbound += by;
        var left = _unboundOf.GetValueOrDefault(hold.Uid) + by;
        if (left == 0)
        {
            _unboundOf.Remove(hold.Uid);
        }
        else
        {
            _unboundOf[hold.Uid] = left;
        }
    }

    public void Put(Run run)
    {
        if (Find(run.Key) is { } before)
        {
            Count(before, -1);
            Subtract(before.Account, before.Uid, before.Outstanding);
        }

        Enter(run);
    }

    /// <summary>Takes in what the archive had when the process started.</summary>
    public void Restore(Run run)
    {
        Enter(run);
        if (!IsRunning(run))
        {
            Shelve(run);
        }
    }

    /// <summary>Takes note that the archive has a settled run.</summary>
    public void Restore(RunKey key) => _shelved.Add(key.JobId);

    /// <summary>Frees the memory of a run that is in the archive just as it is here; any other is left alone.</summary>
    public void Shelve(Run run)
    {
        if (!_runs.TryGetValue(run.Key, out var present) || !ReferenceEquals(present, run))
        {
            return;
        }

        _runs.Remove(run.Key);
        _shelved.Add(run.Key.JobId);
        var job = run.ArrayJobId ?? run.Key.JobId;
        if (_holdsByJob.Count > MostJobs && HoldOfJob(job) == run.Key.Hold && !_holds.ContainsKey(run.Key.Hold))
        {
            _holdsByJob.Remove(job);
        }
    }

    /// <summary>Jobs whose hold is known; of arrays their array_job_id.</summary>
    public IReadOnlyCollection<uint> JobsWithHold() => _holdsByJob.KeysToArray();

    /// <summary>Drops what is known of jobs that are not open, so that a job id may come round again.</summary>
    /// <param name="gone">Jobs that are not in the queue.</param>
    /// <param name="before">What was closed before can't be reported any more.</param>
    public void ForgetJobs(IReadOnlyCollection<uint> gone, DateTimeOffset before)
    {
        var holds = gone.Select(job => _holdsByJob.GetValueOrDefault(job)).Where(id => !_holds.ContainsKey(id)).ToHashSet();
        if (holds.Count > 0)
        {
            holds.ExceptWith(_runs.Where(run => !(run.Closed < before)).Select(static run => run.Key.Hold));
        }

        foreach (var job in gone.Where(job => _holdsByJob.TryGetValue(job, out var id) && holds.Contains(id)))
        {
            _holdsByJob.Remove(job);
        }
    }

    private Run? Recall(RunKey key)
    {
        ref var place = ref _recalled[key.JobId % RecalledPlaces];
        if (place?.Key != key)
        {
            place = archive?.Find(key) ?? place;
        }

        return place?.Key == key ? place : null;
    }

    private void Enter(Run run)
    {
        _runs[run.Key] = run;
        _recalled[run.Key.JobId % RecalledPlaces] = null;
        _mostRestarts = Math.Max(_mostRestarts, run.Key.Restart);
        Count(run, 1);
        Add(run.Account, run.Uid, run.Outstanding);
        _holdsByJob.TryAdd(run.ArrayJobId ?? run.Key.JobId, run.Key.Hold);
    }

    private void Count(Run run, int one)
    {
        if (IsRunning(run))
        {
            _running += one;
            _letIn += run.LetIn ? one : 0;
        }
    }

    private static bool IsRunning(Run run) => run.State is RunState.Charging or RunState.Charged;

    private void Add(string account, uint uid, ServiceUnits amount)
    {
        ref var ofAccount = ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, account, out _);
        ofAccount = ofAccount.Plus(amount);
        ref var ofUser = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, (account, uid), out _);
        ofUser = ofUser.Plus(amount);
    }

    private void Subtract(string account, uint uid, ServiceUnits amount)
    {
        var left = Of(account).Minus(amount);
        var userLeft = Of(account, uid).Minus(amount);

        // Empty tallies are dropped, so that memory follows the open jobs and not every account ever seen.
        if (left.Jobs == 0)
        {
            _accounts.Remove(account);
        }
        else
        {
            _accounts[account] = left;
        }

        if (userLeft.Jobs == 0)
        {
            _users.Remove((account, uid));
        }
        else
        {
            _users[(account, uid)] = userLeft;
        }
    }
}
