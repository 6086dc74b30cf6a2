using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>A controller's host goes down with a hundred facts that the bank has not got, and comes back later.</summary>
public sealed class FailoverTests : IDisposable
{
    private const int Jobs = 100;
    private const int Misjudged = 10;
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-");
    private readonly Random _random = new(1);
    private readonly FakeTimeProvider _time = new(Began);
    private readonly Agenda _agenda;
    private readonly SimulatedSlurm _slurm;
    private readonly SimulatedBank _bank;
    private readonly SimulatedHost[] _hosts;

    public FailoverTests()
    {
        _agenda = new Agenda(_time);
        _slurm = new SimulatedSlurm(_random) { HasAccounting = true };
        _slurm.Controllers.Add(new Controller("h1", IsUp: true));
        _bank = new SimulatedBank(_agenda);
        _bank.Open("fc_a", 1_000_000);
        _bank.Admit("fc_a", 1, null);
        _hosts = [.. _slurm.Controllers.Select(it => new SimulatedHost(it.Host, _directory.FullName, tears: false, _random))];
        File.WriteAllText(_hosts[0].Paths.ConfigFile, $"{Tariff.Toml}[API]\nurl = \"http://bank\"\ntoken = \"t\"\n");
        Array.ForEach(_hosts, static host => host.Install());
    }

    public void Dispose()
    {
        Array.ForEach(_hosts, static host => host.Sidecar?.Kill());
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void The_ledger_is_right_when_the_old_host_comes_back_with_what_it_had()
    {
        Start(0);
        Start(1);
        Pass(10);
        _bank.UpAt = DateTimeOffset.MaxValue;
        for (var i = 0; i < Jobs; i++)
        {
            var mark = new HoldMark(HoldId.New(), new ServiceUnits(1250));
            _slurm.Jobs.Add(
                new SimulatedJob
                {
                    Id = _slurm.NewId(),
                    Uid = 1,
                    Account = "fc_a",
                    Partitions = ["normal"],
                    Cpus = 100,
                    Limit = TimeSpan.FromMinutes(10),
                    Submitted = _agenda.Now,
                    Mark = mark,
                }
            );
        }

        _slurm.Jobs.ForEach(job => _slurm.Start(job, _agenda.Now));
        Pass(60);

        // Cut off from its nodes, the host takes some jobs for lost that go on.
        foreach (var job in _slurm.Jobs.Take(Misjudged))
        {
            Assert.True(_hosts[0].Sidecar!.Report(new Request { End = Lost(job) }));
        }

        _slurm.Jobs.Skip(Misjudged).ToList().ForEach(job => Report(0, _slurm.End(job, "COMPLETED", requeue: false, default, _agenda.Now)));
        Pass(10);
        Assert.Empty(_bank.Books.Jobs);
        Assert.True(_hosts[0].Sidecar!.Journal.Count().Pending >= Jobs);

        _hosts[0].Sidecar!.Kill();
        (_hosts[0].Sidecar, _slurm.Controllers[0], _bank.UpAt) = (null, new Controller("h0", IsUp: false), _agenda.Now);
        Pass(60);
        _slurm.Jobs.Take(Misjudged).ToList().ForEach(job => Report(1, _slurm.End(job, "COMPLETED", requeue: false, default, _agenda.Now)));
        Pass(60);
        Assert.Equal(Jobs, _bank.Books.Jobs.Count);
        Assert.Equal(1, _hosts[1].Sidecar!.Duty.Term);

        Start(0);
        _slurm.Controllers[0] = new Controller("h0", IsUp: true);
        Pass(300);
        Assert.Equal((2, false), (_hosts[0].Sidecar!.Duty.Term, _hosts[1].Sidecar!.Duty.IsActive));
        new Auditor(_slurm, _bank).AtRest(_hosts[0].Sidecar!);
    }

    [Fact]
    public void One_that_takes_over_does_not_decide_before_it_has_seen_what_the_other_one_held()
    {
        Start(0);
        Start(1);
        Pass(10);

        // 100 CPUs x 80 h x 0.75 SU: one such job fits into 10 000 SU, and no second.
        var request = new JobRequest
        {
            Uid = 1,
            Account = "fc_a",
            Partitions = ["normal"],
            Tasks = 100,
            MinCpus = 100,
            TimeLimit = TimeSpan.FromHours(80),
        };
        var id = HoldId.New();
        var (first, amount) = _hosts[0].Sidecar!.Submit(id, request);
        Assert.Equal((DecisionReason.Fits, new ServiceUnits(600_000)), (first.Reason, amount));
        _slurm.Jobs.Add(
            new SimulatedJob
            {
                Id = _slurm.NewId(),
                Uid = 1,
                Account = "fc_a",
                Partitions = ["normal"],
                Cpus = 100,
                Limit = TimeSpan.FromHours(80),
                Submitted = _agenda.Now,
                Mark = new HoldMark(id, amount!.Value),
            }
        );
        Pass(60);
        _hosts[0].Sidecar!.Kill();
        (_hosts[0].Sidecar, _slurm.Controllers[0]) = (null, new Controller("h0", IsUp: false));
        while (!_hosts[1].Sidecar!.Duty.IsActive)
        {
            Pass(TimeSpan.FromMilliseconds(1));
        }

        var reasons = new HashSet<DecisionReason>();
        for (var i = 0; i < 300; i++)
        {
            reasons.Add(_hosts[1].Sidecar!.Submit(HoldId.New(), request).Decision.Reason);
            Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.Contains(DecisionReason.Insufficient, reasons);
        Assert.DoesNotContain(DecisionReason.Fits, reasons);
    }

    private static End Lost(SimulatedJob job) =>
        new()
        {
            JobId = job.Id,
            Uid = job.Uid,
            Account = job.Account,
            Partition = "normal",
            State = 7,
            AdminComment = $"{job.Mark}",
            SubmitTime = job.Submitted.ToUnixTimeSeconds(),
            StartTime = job.Running!.Start.ToUnixTimeSeconds(),
            EndTime = job.Running.Start.AddSeconds(30).ToUnixTimeSeconds(),
            TotalCpus = (uint)job.Cpus,
            TotalNodes = 1,
            Nodes = "n1",
        };

    private void Report(int host, End end) => Assert.True(_hosts[host].Sidecar!.Report(new Request { End = end }));

    private void Pass(int seconds) => Pass(TimeSpan.FromSeconds(seconds));

    private void Pass(TimeSpan time)
    {
        _agenda.Run(_agenda.Now + time);
        _agenda.Check();
    }

    private void Start(int i)
    {
        var healthy = new Faults(_random) { Healed = true };
        static void Unheard(string what) { }
        var wire = new Wire(_agenda, _bank, healthy, Unheard);
        var slurm = new SlurmSeen(_agenda, _slurm, healthy, Scenario.Cluster());
        _hosts[i].Sidecar = new SimulatedSidecar(
            _hosts[i].Name,
            _hosts[i].Disk,
            _hosts[i].Paths,
            _agenda,
            _time,
            _random,
            wire,
            slurm,
            Unheard
        );
    }
}
