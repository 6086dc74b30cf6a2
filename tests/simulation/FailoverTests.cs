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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_ledger_is_right_when_the_old_host_comes_back_with_what_it_had(bool sidecarDies)
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

        // Where slurmctld alone goes, its sidecar stands by with all that it holds in memory.
        _slurm.Controllers[0] = new Controller("h0", IsUp: false);
        if (sidecarDies)
        {
            _hosts[0].Sidecar!.Kill();
            _hosts[0].Sidecar = null;
        }

        Pass(10);
        _bank.UpAt = _agenda.Now;
        Pass(60);
        _slurm.Jobs.Take(Misjudged).ToList().ForEach(job => Report(1, _slurm.End(job, "COMPLETED", requeue: false, default, _agenda.Now)));
        Pass(60);
        Assert.Equal(Jobs, _bank.Books.Jobs.Count);
        Assert.Equal(1, _hosts[1].Sidecar!.Duty.Term);

        if (sidecarDies)
        {
            Start(0);
        }

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

        // 6 000 of 10 000 SU: one such job fits, and no second.
        Assert.Equal(DecisionReason.Fits, Submit(0, TimeSpan.FromHours(80), 100));
        Pass(60);
        Assert.True(AskTakingOver(TimeSpan.FromHours(80), 100).SetEquals([DecisionReason.ViewUnavailable, DecisionReason.Insufficient]));
    }

    [Fact]
    public void One_that_takes_over_again_does_not_decide_by_what_it_knew()
    {
        _slurm.HasAccounting = false;
        Start(0);
        Start(1);
        Pass(10);
        Assert.Contains(DecisionReason.Insufficient, AskTakingOver(TimeSpan.FromHours(800), 100));
        Start(0);
        _slurm.Controllers[0] = new Controller("h0", IsUp: true);

        // Nobody asks the one that stands by, so in the end it asks the bank no more; then 6 000 of 10 000 SU are spent, and of what
        // they were spent on Slurm knows nothing any more.
        Pass(700);
        Assert.Equal(DecisionReason.Fits, Submit(0, TimeSpan.FromMinutes(5), 96_000));
        Pass(10);
        _slurm.Start(_slurm.Jobs[0], _agenda.Now);
        Pass(300);
        Report(0, _slurm.End(_slurm.Jobs[0], "TIMEOUT", requeue: false, default, _agenda.Now));
        Pass(400);
        Assert.Equal(600_000, _bank.Used("fc_a", 1));
        Assert.True(
            AskTakingOver(TimeSpan.FromMinutes(5), 96_000).SetEquals([DecisionReason.ViewUnavailable, DecisionReason.Insufficient])
        );
    }

    // The host goes down; what the backup says from the moment at which it takes over.
    private HashSet<DecisionReason> AskTakingOver(TimeSpan limit, long cpus)
    {
        _hosts[0].Sidecar!.Kill();
        (_hosts[0].Sidecar, _slurm.Controllers[0]) = (null, new Controller("h0", IsUp: false));
        while (!_hosts[1].Sidecar!.Duty.IsActive)
        {
            Pass(TimeSpan.FromMilliseconds(1));
        }

        var reasons = new HashSet<DecisionReason>();
        for (var i = 0; i < 300; i++)
        {
            reasons.Add(_hosts[1].Sidecar!.Submit(HoldId.New(), Request(limit, cpus)).Decision.Reason);
            Pass(TimeSpan.FromMilliseconds(10));
        }

        return reasons;
    }

    private DecisionReason Submit(int host, TimeSpan limit, long cpus)
    {
        var id = HoldId.New();
        var (decision, amount) = _hosts[host].Sidecar!.Submit(id, Request(limit, cpus));
        _slurm.Jobs.Add(
            new SimulatedJob
            {
                Id = _slurm.NewId(),
                Uid = 1,
                Account = "fc_a",
                Partitions = ["normal"],
                Cpus = cpus,
                Limit = limit,
                Submitted = _agenda.Now,
                Mark = new HoldMark(id, amount!.Value),
            }
        );
        return decision.Reason;
    }

    private static JobRequest Request(TimeSpan limit, long cpus) =>
        new()
        {
            Uid = 1,
            Account = "fc_a",
            Partitions = ["normal"],
            Tasks = cpus,
            MinCpus = cpus,
            TimeLimit = limit,
        };

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
        var slurm = new SlurmSeen(_agenda, _slurm, healthy, Tariff.Cluster());
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
