using System.Diagnostics;
using System.Globalization;
using SlurmBanking.Slurm.Tests;

namespace SlurmBanking.Faults.Tests;

/// <summary>
/// A real Slurm with bank and sidecar, a proxy between the two, the sidecar's state on a small disk; and what can go wrong there.
/// </summary>
public sealed class FaultRig : IAsyncLifetime
{
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(120);
    private static readonly string[] Gauges =
    [
        "slurm_banking_holds_open",
        "slurm_banking_runs_open",
        "slurm_banking_outbox_pending",
        "slurm_banking_outbox_parked",
    ];

    private readonly List<(Step Step, Func<Task> Strike)> _steps = [];
    private readonly List<Task> _later = [];
    private readonly SemaphoreSlim _striking = new(1, 1);
    private BankProxy? _proxy;
    private int _strikes;

    public BankedCluster Cluster { get; } = new();

    public BankProxy Proxy => _proxy ?? throw new InvalidOperationException("not started");

    /// <summary>A disk of its own, of a few megabytes.</summary>
    public string StateDirectory => Path.Combine(Cluster.Directory, "sidecar");

    /// <summary>What takes all room on that disk.</summary>
    public string Filler => Path.Combine(StateDirectory, "filler");

    private string ClockFile => Path.Combine(Cluster.Directory, "clock");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: slurmd starts jobs as their users, disks are mounted");
        _proxy = await BankProxy.StartAsync();
        Cluster.Variables["API_URL"] = _proxy.Url.ToString();
        Cluster.Variables["CONFIG_EXTRA"] = BankedCluster.SidecarSection;
        Directory.CreateDirectory(StateDirectory);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", StateDirectory);
        await Cluster.InitializeAsync();
        _proxy.Bank = new Uri(Cluster.Variables["BANK_URL"]);
        await Cluster.EventuallyAsync(
            async () => await Cluster.GaugeAsync("slurm_banking_bank_available") == 1,
            "the sidecar finds the bank"
        );
    }

    public async ValueTask DisposeAsync()
    {
        // The disk can be unmounted once nobody uses it.
        await Cluster.ServiceAsync("kill", "sidecar");
        await Cluster.RunAsync("umount", ["--lazy", StateDirectory]);
        await Cluster.DisposeAsync();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        _striking.Dispose();
    }

    /// <summary>Runs the workload with a fault, waits until everything is at rest again, and compares the books.</summary>
    public async Task<FaultOutcome> RunAsync(Fault fault)
    {
        var began = Stopwatch.StartNew();
        _steps.Clear();
        _strikes = 0;
        var (lost, doubled, problems) = (0, 0, new List<string>());
        try
        {
            (lost, doubled) = await RunAsync(fault, problems);
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException or HttpRequestException or IOException)
        {
            // What one fault has broken must not spoil the next.
            problems.Add(e.Message);
            await RepairAsync();
        }

        return new FaultOutcome(lost, doubled, problems, _strikes, began.Elapsed);
    }

    /// <summary>Strikes whenever the workload reaches a step.</summary>
    public void At(Step step, Func<Task> strike) => _steps.Add((step, strike));

    /// <summary>Strikes at a stage of a request to the bank, a few times; the request's connection is dropped.</summary>
    public void When(string method, Stage stage, Func<Task> strike, int times = 2)
    {
        var left = times;
        Proxy.Watch = async (sent, reached) =>
        {
            if (sent != method || reached != stage || Interlocked.Decrement(ref left) < 0)
            {
                return true;
            }

            await StrikeAsync(strike);
            return false;
        };
    }

    /// <summary>The fault has struck, by whatever means.</summary>
    public void Struck() => Interlocked.Increment(ref _strikes);

    /// <summary>kill -9 at this very moment, without the time that a shell takes; then a new one.</summary>
    public async Task KillAndStartAsync(string service)
    {
        Kill(service);
        await StartAsync(service);
    }

    /// <summary>A killed process that nobody has waited for yet is still there for a moment.</summary>
    public Task GoneAsync(string service) =>
        Cluster.EventuallyAsync(() => Task.FromResult(ProcessOf(service) is null), $"the old {service} is gone");

    public async Task StartAsync(string service)
    {
        await GoneAsync(service);
        await MustAsync("start", service);
    }

    /// <summary>What a supervisor does about a process that has ended.</summary>
    public async Task StartIfGoneAsync(string service)
    {
        if (ProcessOf(service) is null)
        {
            await StartAsync(service);
        }
    }

    /// <summary>After a run that could not be finished: whatever it takes to make the next one.</summary>
    public async Task RepairAsync()
    {
        (Proxy.Watch, Proxy.Manner) = (null, BankManner.Well);
        _later.Clear();
        Cluster.Variables.Remove("SIDECAR_ENV");
        await Cluster.RunAsync("mount", ["-o", "remount,rw", StateDirectory]);
        File.Delete(Filler);
        foreach (var service in new[] { "slurmctld", "bank" })
        {
            await Cluster.ServiceAsync("thaw", service);
            await Cluster.ServiceAsync("start", service);
        }

        await PointSidecarAtAsync(Proxy.Url);
        await Cluster.ServiceAsync("kill", "sidecar");
        await GoneAsync("sidecar");
        if ((await Cluster.ServiceAsync("start", "sidecar")).ExitCode != 0)
        {
            foreach (var file in Directory.GetFiles(StateDirectory, "sidecar.db*"))
            {
                File.Delete(file);
            }

            await Cluster.ServiceAsync("kill", "sidecar");
            await StartAsync("sidecar");
        }
    }

    public Task MustAsync(string verb, string service) => Cluster.MustAsync(verb, service);

    /// <inheritdoc cref="BankedCluster.SavedAsync"/>
    public Task SavedAsync() => Cluster.SavedAsync();

    /// <summary>What an administrator does about nodes that Slurm has drained.</summary>
    public Task ResumeNodesAsync() => Cluster.SlurmAsync(null, "scontrol", "update", "NodeName=ALL", "State=RESUME");

    public void Kill(string service)
    {
        using var process = ProcessOf(service);
        process?.Kill();
    }

    /// <summary>A service's process; null when it does not run.</summary>
    public Process? ProcessOf(string service)
    {
        var file = Path.Combine(Cluster.Directory, "services", service + ".pid");
        if (!File.Exists(file) || File.ReadAllText(file).Split(' ', '\n') is not [var pid, var start, ..])
        {
            return null;
        }

        try
        {
            // Of /proc/pid/stat, after the name in brackets: the state first, the threads as 18th, the start as 20th. While a killed
            // process still has threads, it has its files open.
            var stat = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
            var lives = stat[0] != "Z" || int.Parse(stat[17], CultureInfo.InvariantCulture) > 1;
            return lives && stat[19] == start ? Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)) : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Does something while the workload goes on; waited for before the run is judged.</summary>
    public void Later(TimeSpan span, Func<Task> act) =>
        _later.Add(Task.Delay(span).ContinueWith(_ => act(), TaskScheduler.Default).Unwrap());

    /// <summary>Makes the sidecar see another time than everybody else from its next start on: faketime's notation, "+5h".</summary>
    public async Task FakeClockAsync(string offset)
    {
        await SetClockAsync(offset);
        var preload = "/usr/$LIB/faketime/libfaketimeMT.so.1";
        Cluster.Variables["SIDECAR_ENV"] =
            $"LD_PRELOAD={preload} FAKETIME_TIMESTAMP_FILE={ClockFile} FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1";
        await KillAndStartAsync("sidecar");
    }

    public async Task SetClockAsync(string offset)
    {
        await File.WriteAllTextAsync(ClockFile + ".new", offset + "\n");
        File.Move(ClockFile + ".new", ClockFile, overwrite: true);
    }

    public async Task TrueClockAsync()
    {
        Cluster.Variables.Remove("SIDECAR_ENV");
        await KillAndStartAsync("sidecar");
    }

    /// <summary>Whether a line of the sidecar's log bears a time that is off by that many hours.</summary>
    public bool HasLoggedAt(string offset)
    {
        var expected = DateTime.UtcNow.AddHours(int.Parse(offset.TrimEnd('h'), CultureInfo.InvariantCulture));
        return File.ReadLines(Path.Combine(Cluster.Directory, "services/sidecar.log"))
            .Select(static line => line.Split(' ')[0])
            .Any(text =>
                DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
                && (time - expected).Duration() < TimeSpan.FromMinutes(10)
            );
    }

    public async Task PointSidecarAtAsync(Uri bank)
    {
        var config = await File.ReadAllLinesAsync(Cluster.ConfigFile);
        await Cluster.ConfigureAsync(
            string.Join('\n', config.Select(line => line.StartsWith("url = ", StringComparison.Ordinal) ? $"url = \"{bank}\"" : line))
                + "\n"
        );
    }

    public async Task RunAsync(string command, params string[] arguments)
    {
        var result = await Cluster.RunAsync(command, arguments);
        Assert.True(result.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: {result.Output}{result.Error}");
    }

    private async Task<(int Lost, int Double)> RunAsync(Fault fault, List<string> problems)
    {
        var before = await GaugesAsync();
        var account = await Cluster.OpenAccountAsync(Workload.Deposit);
        var workload = new Workload(Cluster, account, ReachAsync);
        await workload.WarmAsync();
        await fault.Arm(this);
        await workload.RunAsync(fault.LetsIn);
        await Task.WhenAll(_later);
        _later.Clear();
        (Proxy.Watch, Proxy.Manner) = (null, BankManner.Well);
        if (fault.Heal is not null)
        {
            await fault.Heal(this);
        }

        var (lost, doubled, findings) = await RestAsync(workload, before);
        problems.AddRange([.. workload.Problems, .. findings]);
        if (_strikes == 0)
        {
            problems.Add("the fault never struck");
        }

        return (lost, doubled);
    }

    private async Task ReachAsync(Step step)
    {
        foreach (var (_, strike) in _steps.Where(due => due.Step == step).ToList())
        {
            await StrikeAsync(strike);
        }
    }

    // One at a time: two kills at once would be one.
    private async Task StrikeAsync(Func<Task> strike)
    {
        await _striking.WaitAsync();
        try
        {
            Struck();
            await strike();
        }
        finally
        {
            _striking.Release();
        }
    }

    private async Task<(int Lost, int Double, IReadOnlyList<string> Findings)> RestAsync(Workload workload, decimal[] before)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var (lost, doubled, findings) = await Audit.LookAsync(Cluster, workload);
            List<string> all = [.. findings, .. await RestlessAsync(before)];
            if (all.Count == 0 || began.Elapsed > RestWithin)
            {
                return (lost, doubled, all);
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<IEnumerable<string>> RestlessAsync(decimal[] before)
    {
        try
        {
            var now = await GaugesAsync();
            return Gauges
                .Zip(before, now)
                .Where(static gauge => gauge.Third > gauge.Second)
                .Select(static gauge => $"{gauge.First} is {gauge.Third}");
        }
        catch (HttpRequestException)
        {
            return ["the sidecar does not answer"];
        }
    }

    private async Task<decimal[]> GaugesAsync()
    {
        var values = new List<decimal>();
        foreach (var name in Gauges)
        {
            values.Add(await Cluster.GaugeAsync(name));
        }

        return [.. values];
    }
}
