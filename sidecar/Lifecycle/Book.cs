using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>All open holds and runs, and what they add up to per limit. Memory only; not thread-safe.</summary>
internal sealed class Book
{
    private readonly Dictionary<HoldId, Hold> _holds = [];
    private readonly Dictionary<RunKey, Run> _runs = [];
    private readonly Dictionary<uint, HoldId> _holdsByJob = [];
    private readonly Dictionary<string, Tally> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Account, uint Uid), Tally> _users = [];
    private ServiceUnits _held;
    private int _unbound;
    private int _running;
    private int _letIn;

    public IReadOnlyCollection<Hold> Holds => _holds.Values;

    public IReadOnlyCollection<Run> Runs => _runs.Values;

    /// <summary>Sum of all holds.</summary>
    public ServiceUnits Held => _held;

    /// <summary>Holds that the queue has not shown yet.</summary>
    public int Unbound => _unbound;

    /// <summary>All of it in numbers; counted as it changes.</summary>
    public BookTotals Totals => new(_holds.Count, _held, _unbound, _running, _letIn);

    public Tally Of(string account) => _accounts.GetValueOrDefault(account);

    public Tally Of(string account, uint uid) => _users.GetValueOrDefault((account, uid));

    public Hold? Find(HoldId id) => _holds.GetValueOrDefault(id);

    public Run? Find(RunKey key) => _runs.GetValueOrDefault(key);

    /// <summary>The hold that a job without a mark was given when it was adopted.</summary>
    /// <param name="jobId">Of an array: its array_job_id.</param>
    public HoldId? HoldOfJob(uint jobId) => _holdsByJob.TryGetValue(jobId, out var id) ? id : null;

    public void Put(Hold hold)
    {
        Remove(hold.Id);
        _holds[hold.Id] = hold;
        _held += hold.Amount;
        _unbound += hold.JobId is null ? 1 : 0;
        _letIn += hold.LetIn ? 1 : 0;
        Add(hold.Account, hold.Uid, hold.Amount);
        if (hold.JobId is { } jobId)
        {
            _holdsByJob[jobId] = hold.Id;
        }
    }

    public void Remove(HoldId id)
    {
        if (_holds.Remove(id, out var hold))
        {
            _held -= hold.Amount;
            _unbound -= hold.JobId is null ? 1 : 0;
            _letIn -= hold.LetIn ? 1 : 0;
            Subtract(hold.Account, hold.Uid, hold.Amount);
        }
    }

    public void Put(Run run)
    {
        Forget(run.Key);
        _runs[run.Key] = run;
        _running += IsRunning(run) ? 1 : 0;
        _letIn += run.LetIn && IsRunning(run) ? 1 : 0;
        Add(run.Account, run.Uid, run.Outstanding);
        _holdsByJob.TryAdd(run.ArrayJobId ?? run.Key.JobId, run.Key.Hold);
    }

    /// <summary>Drops a settled run that can't be reported any more.</summary>
    public void Forget(RunKey key)
    {
        if (_runs.Remove(key, out var run))
        {
            _running -= IsRunning(run) ? 1 : 0;
            _letIn -= run.LetIn && IsRunning(run) ? 1 : 0;
            Subtract(run.Account, run.Uid, run.Outstanding);
        }
    }

    /// <summary>Drops what is known of jobs that are neither listed nor open, so that a job id may come round again.</summary>
    public void ForgetJobs(HashSet<uint> listed)
    {
        var open = _runs.Keys.Select(static key => key.Hold).ToHashSet();
        var gone = _holdsByJob.Where(job => !listed.Contains(job.Key) && !_holds.ContainsKey(job.Value) && !open.Contains(job.Value));
        foreach (var job in gone.ToList())
        {
            _holdsByJob.Remove(job.Key);
        }
    }

    private static bool IsRunning(Run run) => run.State is RunState.Charging or RunState.Charged;

    private void Add(string account, uint uid, ServiceUnits amount)
    {
        _accounts[account] = Of(account).Plus(amount);
        _users[(account, uid)] = Of(account, uid).Plus(amount);
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
