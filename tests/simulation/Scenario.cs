using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>One seed: a workload and faults for a while, then everything heals and must come to rest. One thread, its own clock.</summary>
internal sealed partial class Scenario : IDisposable
{
    private const int FaultySteps = 120;
    private const int StepsToRest = 2000;
    private const int RestingSteps = 20;
    private const int LongestDelay = 3_400;
    private static readonly string[] Accounts = ["fc_a", "fc_b"];
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static int _scenarios;

    private readonly Random _random;
    private readonly FakeTimeProvider _time = new(Began);
    private readonly Agenda _agenda;
    private readonly Faults _faults;
    private readonly SimulatedSlurm _slurm;
    private readonly Slurmctld _slurmctld;
    private readonly SimulatedBank _bank;
    private readonly List<SimulatedHost> _hosts;
    private readonly Auditor _auditor;
    private readonly List<int> _booted = [];
    private readonly Random _fates;
    private readonly DirectoryInfo _directory;
    private readonly bool _allowWhenUnavailable;
    private readonly bool _machinesDie;
    private readonly bool _overreaches;
    private readonly bool _busy;
    private readonly bool _modifies;
    private DateTimeOffset _lived = Began;
    private bool _tempted;

    public Scenario(int seed)
    {
        _random = new Random(seed);
        _fates = new Random(~seed);
        _agenda = new Agenda(_time);
        _faults = new Faults(_random)
        {
            Loss = Chance(0.7) ? _random.NextDouble() * 0.4 : 0,
            Doubling = Chance(0.3) ? 0.1 : 0,
            Slowness = TimeSpan.FromSeconds(_random.Next(1, 9)),
        };
        _allowWhenUnavailable = Chance(0.3);
        var accounting = Chance(0.5);
        _machinesDie = accounting && Chance(0.4);
        var reports = !accounting || Chance(0.8);
        (_overreaches, _busy) = (_fates.Next(2) == 0, _fates.Next(2) == 0);
        _modifies = _fates.Next(2) == 0;
        _slurm = new SimulatedSlurm(_random) { HasAccounting = accounting };
        _slurmctld = new Slurmctld(_slurm, _agenda, _faults, _random, reports, Say);
        _bank = new SimulatedBank(_agenda) { OffersBalance = seed % 2 == 0, OffersLeases = seed % 3 == 0 };
        _bank.Wrote += Tempt;
        _directory = Directory.CreateDirectory(
            Path.Combine(Root, $"slurm-banking-simulation-{Environment.ProcessId}-{seed}-{Interlocked.Increment(ref _scenarios)}")
        );
        _hosts = [new SimulatedHost("h0", _directory.FullName, _machinesDie, _random)];
        if (accounting && Chance(0.5))
        {
            _hosts.Add(new SimulatedHost("h1", _directory.FullName, _machinesDie, _random));
            _slurm.Controllers.Add(new Controller("h1", IsUp: true));
        }

        _auditor = new Auditor(_slurm, _bank);
        File.WriteAllText(_hosts[0].Paths.ConfigFile, Configuration());
        _hosts.ForEach(static host => host.Install());
        foreach (var account in Accounts)
        {
            _bank.Open(account, _random.Next(500, 20_000));
            _bank.Admit(account, 1, _random.Next(100, 10_000));
            _bank.Admit(account, 2, null);
        }
    }

    public List<string> Trace { get; } = [];

    public int Jobs => _slurm.Jobs.Count;

    public int Runs => _slurm.Runs.Count();

    public int Steps { get; private set; }

    private static string Root => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private DateTimeOffset Now => _agenda.Now;

    /// <summary>The host whose slurmctld is active; null while none is.</summary>
    private SimulatedHost? Active =>
        _slurm.Controllers.FindIndex(static controller => controller.IsUp) is >= 0 and var index ? _hosts[index] : null;

    public void Run()
    {
        while (Steps < FaultySteps)
        {
            Step();
        }

        Heal();
        for (var quiet = 0; quiet < RestingSteps; )
        {
            Step();
            quiet = IsAtRest() ? quiet + 1 : 0;
            if (Steps > FaultySteps + StepsToRest)
            {
                _auditor.AtRest(Active!.Sidecar!);
                throw new AuditException($"no rest after {Steps} steps");
            }
        }

        _auditor.AtRest(Active!.Sidecar!);
    }

    public void Dispose()
    {
        _hosts.ForEach(static host => host.Sidecar?.Kill());
        _directory.Delete(recursive: true);
    }

    private string Configuration()
    {
        var policy =
            _allowWhenUnavailable ? "allow"
            : Chance(0.5) ? "deny"
            : "cached";
        return $"{Tariff.Toml}[API]\nurl = \"http://bank\"\ntoken = \"t\"\n[Policy]\nwhen_bank_unavailable = \"{policy}\"\n";
    }

    private bool IsAtRest() =>
        _slurm.Jobs.TrueForAll(static job => job.Over is not null)
        && Active is { Sidecar: { } sidecar }
        && sidecar.Journal.Count().Pending == 0
        && sidecar.Teller.Totals() is { Holds: 0, Running: 0 }
        && Active.Spooled == 0;

    private void Heal()
    {
        Say("everything heals");
        _faults.Healed = true;
        (_bank.UpAt, _bank.WellAt, _bank.TrustsAt) = (Now, Now, Now);
        _hosts.ForEach(host => host.UpAt = Now);
    }

    private void Step()
    {
        Steps++;
        var next = Now + TimeSpan.FromMilliseconds(_random.Next(1000, 11_000));
        DieYoung();
        Pass(next);
        _agenda.Check();
        Boot();
        if (!_faults.Healed)
        {
            Harm();
            for (var i = _random.Next(3); i > 0; i--)
            {
                Submit();
            }

            if (_overreaches && _fates.Next(2) == 0)
            {
                Overreach();
            }

            if (_modifies && _fates.Next(2) == 0)
            {
                Modify();
            }
        }

        _slurmctld.Work(Active);
        _agenda.Check();
        _auditor.AfterStep();
    }

    private void Pass(DateTimeOffset until)
    {
        while (Now < until)
        {
            _tempted = false;
            _agenda.Run(until, () => _tempted);
            if (_tempted)
            {
                Overreach();
            }
        }
    }

    // A balance read at the wrong moment or a hold let go too early is put right within seconds: soon after something has changed
    // somebody wants more than is left.
    private void Tempt()
    {
        if (_overreaches && !_faults.Healed && _fates.Next(2) == 0)
        {
            _agenda.After(TimeSpan.FromMilliseconds(_fates.Next(4_000)), () => _tempted = true);
        }
    }

    // Of a process's life its first moments are the richest: the spool, the queue, what was left undelivered. One in two ends just
    // when it has taken a file from the spool.
    private void DieYoung()
    {
        // Without accounting nobody can tell what slurmctld has forgotten meanwhile.
        _lived = _booted.Count == 0 && Active?.Sidecar is not null ? Now : _lived;
        var mayDie = !_faults.Healed && (_slurm.HasAccounting || Now - _lived < TimeSpan.FromMinutes(2));
        foreach (var i in _booted.Where(i => mayDie && _hosts[i].Sidecar is not null && _fates.Next(3) == 0))
        {
            var spooled = _hosts[i].Spooled;
            var (longest, least) = spooled > 0 && _fates.Next(2) == 0 ? (3_000, spooled) : (_fates.Next(1, 400), 0);
            _agenda.Run(Now + TimeSpan.FromMilliseconds(longest), () => _hosts[i].Spooled < least);
            End(i);
        }

        _booted.Clear();
    }

    private void Boot()
    {
        for (var i = 0; i < _hosts.Count; i++)
        {
            var host = _hosts[i];
            if (host.Sidecar is not null && Now >= host.UpAt)
            {
                _slurm.Controllers[i] = _slurm.Controllers[i] with { IsUp = true };
            }
            else if (host.Sidecar is null && Now >= host.UpAt)
            {
                Say($"{host.Name} starts its sidecar");
                void Told(string what) => Say($"{host.Name}: {what}");
                var wire = new Wire(_agenda, _bank, _faults, Told);
                var slurm = new SlurmSeen(_agenda, _slurm, _faults, Tariff.Cluster());
                host.Sidecar = new SimulatedSidecar(host.Name, host.Disk, host.Paths, _agenda, _time, _random, wire, slurm, Told);
                _slurm.Controllers[i] = _slurm.Controllers[i] with { IsUp = true };
                _booted.Add(i);
            }
        }
    }

    private void Harm()
    {
        if (Chance(0.02))
        {
            _bank.UpAt = Now.AddSeconds(_random.Next(10, 200));
            Say("the bank goes away");
        }

        if (Chance(0.01))
        {
            _bank.WellAt = Now.AddSeconds(_random.Next(10, 100));
            Say("the bank falls ill");
        }

        if (Chance(0.01))
        {
            _bank.TrustsAt = Now.AddSeconds(_random.Next(10, 100));
            Say("the bank refuses the token");
        }

        for (var i = 0; i < _hosts.Count; i++)
        {
            if (_hosts[i].Sidecar is not null && Chance(0.02))
            {
                End(i);
            }
            else if (_hosts.Count > 1 && Active == _hosts[i] && _fates.Next(100) == 0)
            {
                Retire(i);
            }
        }
    }

    // An administrator lets the other slurmctld take over, or ours hangs: the sidecar beside it lives on.
    private void Retire(int i)
    {
        var host = _hosts[i];
        host.UpAt = Now.AddSeconds(_fates.Next(10, 300));
        _slurm.Controllers[i] = _slurm.Controllers[i] with { IsUp = false };
        Say($"{host.Name}'s slurmctld goes down");
        Lose(wasActive: true);
    }

    // A process dies, or a machine; with a machine its slurmctld.
    private void End(int i)
    {
        var host = _hosts[i];
        host.UpAt = Now.AddSeconds(_random.Next(1, 60));
        var wasActive = Active == host;
        var others = _slurm.Controllers.Where((controller, other) => other != i && controller.IsUp).Any();
        if (others && Chance(0.6))
        {
            host.UpAt = Now.AddSeconds(_random.Next(20, 500));
            _slurm.Controllers[i] = _slurm.Controllers[i] with { IsUp = false };
            Say($"{host.Name} goes down");
            Lose(wasActive);
        }

        if (_machinesDie && Chance(0.5))
        {
            Say($"{host.Name} crashes");
            host.Sidecar!.Crash();
            Lose(wasActive);
        }
        else
        {
            Say($"{host.Name}'s sidecar dies");
            host.Sidecar!.Kill();
        }

        host.Sidecar = null;
    }

    // What a slurmctld had not put into its queue yet, its user has to submit again.
    private void Lose(bool wasActive) => _slurm.Jobs.RemoveAll(job => wasActive && job.Entered > Now);

    private void Submit()
    {
        var array = Chance(0.25);
        var tasks = array ? _random.Next(1, 8) : 1;
        var partitions = _random.Next(5) switch
        {
            0 => new[] { "normal", "small" },
            1 => ["small"],
            2 => ["free"],
            _ => ["normal"],
        };
        var (account, uid) = (Accounts[_random.Next(Accounts.Length)], (uint)_random.Next(1, 3));
        var (cpus, limit) = ((long)_random.Next(1, 17), TimeSpan.FromMinutes(_random.Next(1, 41)));
        Submit(Request(uid, account, partitions, cpus, limit, tasks), array, unhooked: Chance(0.05));
    }

    // A user who would like a little more than what others, and their own jobs, have left.
    private void Overreach()
    {
        var (account, uid) = (Accounts[_fates.Next(Accounts.Length)], (uint)_fates.Next(1, 3));
        var (cpus, limit) = Tariff.DearerThan(_auditor.Left(account, uid), "normal");
        Submit(Request(uid, account, ["normal"], cpus, limit, tasks: 1), array: false, unhooked: false);
    }

    private static JobRequest Request(uint uid, string account, string[] partitions, long cpus, TimeSpan limit, int tasks) =>
        new()
        {
            Uid = uid,
            Account = account,
            Partitions = partitions,
            Tasks = cpus,
            MinCpus = cpus,
            TimeLimit = limit,
            ArrayTasks = tasks,
        };

    private void Submit(JobRequest request, bool array, bool unhooked)
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        var id = new HoldId(new Guid(bytes));
        var (accepted, decided, amount) = unhooked ? (true, false, null) : Ask(id, request);
        var (tasks, limit) = ((int)request.ArrayTasks, request.TimeLimit!.Value);
        Say(
            $"user {request.Uid} submits {tasks} x {request.MinCpus} CPUs x {limit} on {request.Account}: {(accepted ? decided ? "accepted" : "waved through" : "refused")}"
        );

        // A test run, or Slurm itself refuses: nothing comes of what was held.
        if (accepted && !Chance(0.05))
        {
            var first = _slurm.NewId();
            var entered = Now + Delay();
            _slurm.Jobs.AddRange(
                Enumerable
                    .Range(0, tasks)
                    .Select(task => new SimulatedJob
                    {
                        Id = first,
                        ArrayId = array ? first : null,
                        Task = array ? (uint)task : null,
                        InMetaRecord = array,
                        Uid = request.Uid,
                        Account = request.Account,
                        Partitions = [.. request.Partitions],
                        Cpus = request.MinCpus!.Value,
                        Limit = limit,
                        Entered = entered,
                        Submitted = DateTimeOffset.FromUnixTimeSeconds(entered.ToUnixTimeSeconds()),
                        Mark = unhooked ? null : new HoldMark(id, amount),
                        Decided = decided,
                    })
            );
            Tempt();
        }
    }

    // After the plugin slurmctld lets go of its locks: a busy one comes back to the job seconds later. Two listings that are begun
    // 3 s and more after the plugin was asked must miss it before it counts as gone, and half a second lies between any two.
    private TimeSpan Delay() => TimeSpan.FromMilliseconds(_busy && _fates.Next(2) == 0 ? _fates.Next(LongestDelay) : 0);

    private (bool Accepted, bool Decided, ServiceUnits? Amount) Ask(HoldId id, JobRequest request)
    {
        if (Active?.Sidecar is not { } sidecar)
        {
            return (_allowWhenUnavailable, false, null);
        }

        var before = sidecar.Teller.Totals();
        var quiet = Now;
        var (decision, amount) = sidecar.Submit(id, request);
        _auditor.Waited(sidecar, quiet, Now);

        // While a submission waited for the bank other things may have happened.
        if (!decision.Accepted && quiet == Now)
        {
            Auditor.Refused(before, sidecar.Teller.Totals());
        }

        // The answer may come too late for the plugin.
        return Chance(0.03) ? (_allowWhenUnavailable, false, null) : (decision.Accepted, decision.Reason == DecisionReason.Fits, amount);
    }

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private void Say(string what) => Trace.Add($"{Steps, 4} {Now:HH:mm:ss.fff} {what}");
}
