namespace SlurmBanking.Faults.Tests;

/// <summary>Every fault there is, in the order of the table.</summary>
public static class FaultList
{
    private const string Sidecar = "sidecar";
    private const string Bank = "bank";
    private const string Controller = "slurmctld";
    private const string Charge = "POST";
    private const string Settlement = "PUT";
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Fault> All { get; } =
    [Without, .. Sidecars(), .. Banks(), .. Manners(), .. Controllers(), .. Clocks(), .. StateFaults.All()];

    // With nothing wrong the comparison itself must hold.
    private static Fault Without => new("none", Act(static rig => rig.Struck()));

    private static IEnumerable<Fault> Sidecars()
    {
        yield return KilledAt("sidecar killed after each submission", Sidecar, Step.Submitted, inShort: true);
        yield return KilledAt("sidecar killed when a job has started", Sidecar, Step.Running);
        yield return KilledAt("sidecar killed when a job has ended", Sidecar, Step.Ending);
        yield return KilledWhen("sidecar killed before its POST arrives", Sidecar, Charge, Stage.Sent);
        yield return KilledWhen("sidecar killed between POST and answer", Sidecar, Charge, Stage.Booked, inShort: true);
        yield return KilledWhen("sidecar killed between answer to POST and commit", Sidecar, Charge, Stage.Answered);
        yield return KilledWhen("sidecar killed before its PUT arrives", Sidecar, Settlement, Stage.Sent);
        yield return KilledWhen("sidecar killed between PUT and answer", Sidecar, Settlement, Stage.Booked, inShort: true);
        yield return KilledWhen("sidecar killed between answer to PUT and commit", Sidecar, Settlement, Stage.Answered);
        yield return new Fault("sidecar killed during sweeps", Act(static rig => rig.At(Step.Submitted, () => KillInSweepAsync(rig))));
        yield return new Fault(
            "sidecar killed while it starts, again and again",
            Act(static rig =>
            {
                rig.At(Step.Submitted, () => KillWhileStartingAsync(rig));
                rig.At(Step.Ending, () => KillWhileStartingAsync(rig));
            })
        );
        yield return FrozenAt("sidecar frozen for 5 s while jobs are submitted", Sidecar, Step.Warm);
        yield return FrozenAt("sidecar frozen for 5 s while jobs end", Sidecar, Step.Running);
    }

    private static IEnumerable<Fault> Banks()
    {
        yield return KilledAt("bank killed after each submission", Bank, Step.Submitted);
        yield return KilledWhen("bank killed on receiving a POST", Bank, Charge, Stage.Forwarded);
        yield return KilledWhen("bank killed between commit of a POST and answer", Bank, Charge, Stage.Booked, inShort: true);
        yield return KilledWhen("bank killed on receiving a PUT", Bank, Settlement, Stage.Forwarded);
        yield return KilledWhen("bank killed between commit of a PUT and answer", Bank, Settlement, Stage.Booked);
        yield return FrozenAt("bank frozen for 5 s while jobs are submitted", Bank, Step.Warm);
        yield return FrozenAt("bank frozen for 5 s while jobs end", Bank, Step.Running);
        yield return new Fault(
            "sidecar and bank killed together",
            Act(static rig =>
                rig.At(
                    Step.Running,
                    async () =>
                    {
                        rig.Kill(Bank);
                        rig.Kill(Sidecar);
                        await rig.StartAsync(Sidecar);
                        await rig.StartAsync(Bank);
                    }
                )
            ),
            LetsIn: true
        );
    }

    private static IEnumerable<Fault> Manners()
    {
        yield return Behaving("bank 20 ms away", new BankManner(BankMannerKind.Pass, DelayMs: 20));
        yield return Behaving("bank 100 ms away", new BankManner(BankMannerKind.Pass, DelayMs: 100));
        yield return Behaving("bank a black hole", new BankManner(BankMannerKind.BlackHole), inShort: true);
        yield return Behaving("bank answers 500", new BankManner(BankMannerKind.Status, 500));
        yield return Behaving("bank answers 401", new BankManner(BankMannerKind.Status, 401), inShort: true);
        yield return Behaving("bank resets connections", new BankManner(BankMannerKind.Reset));
        yield return new Fault(
            "bank behind an untrusted certificate",
            Act(static rig => rig.At(Step.Warm, () => rig.PointSidecarAtAsync(rig.Proxy.TlsUrl))),
            static rig => rig.PointSidecarAtAsync(rig.Proxy.Url)
        );
    }

    private static IEnumerable<Fault> Controllers()
    {
        yield return new Fault(
            "slurmctld killed after each submission",
            Act(static rig => rig.At(Step.Submitted, () => KillAsync(rig, Controller))),
            static rig => rig.ResumeNodesAsync()
        );
        yield return KilledWhenSaved("slurmctld killed while jobs run", Step.Running, inShort: true);
        yield return KilledWhenSaved("slurmctld killed while jobs end", Step.Ending);
    }

    // Slurm saves its jobs every 5 s at most. What it has not saved it forgets, and gives the ids out again.
    private static Fault KilledWhenSaved(string name, Step step, bool inShort = false) =>
        new(
            name,
            Act(rig =>
                rig.At(
                    step,
                    async () =>
                    {
                        await rig.SavedAsync();
                        await KillAsync(rig, Controller);
                    }
                )
            ),
            static rig => rig.ResumeNodesAsync(),
            inShort
        );

    private static IEnumerable<Fault> Clocks()
    {
        yield return Clock("the sidecar's clock jumps 5 hours ahead", "+5h", inShort: true);
        yield return Clock("the sidecar's clock jumps 5 hours back", "-5h");
    }

    private static Func<FaultRig, Task> Act(Action<FaultRig> arm) =>
        rig =>
        {
            arm(rig);
            return Task.CompletedTask;
        };

    private static Fault KilledAt(string name, string service, Step step, bool inShort = false) =>
        new(name, Act(rig => rig.At(step, () => KillAsync(rig, service))), InShort: inShort);

    private static Fault KilledWhen(string name, string service, string method, Stage stage, bool inShort = false) =>
        new(name, Act(rig => rig.When(method, stage, () => KillAsync(rig, service))), InShort: inShort);

    private static Fault FrozenAt(string name, string service, Step step) =>
        new(
            name,
            Act(rig =>
                rig.At(
                    step,
                    async () =>
                    {
                        await rig.MustAsync("freeze", service);
                        rig.Later(Frozen, () => rig.MustAsync("thaw", service));
                    }
                )
            ),
            rig => rig.MustAsync("thaw", service)
        );

    private static Fault Behaving(string name, BankManner manner, bool inShort = false) =>
        new(
            name,
            Act(rig =>
                rig.At(
                    Step.Warm,
                    () =>
                    {
                        rig.Proxy.Manner = manner;
                        return Task.CompletedTask;
                    }
                )
            ),
            InShort: inShort
        );

    private static Fault Clock(string name, string offset, bool inShort = false) =>
        new(
            name,
            async rig =>
            {
                await rig.FakeClockAsync("+0");
                rig.At(Step.Running, () => rig.SetClockAsync(offset));
                rig.At(Step.Ended, () => rig.SetClockAsync("+0"));
            },
            async rig =>
            {
                Assert.True(rig.HasLoggedAt(offset), "the sidecar has not noticed that its clock jumped");
                await rig.TrueClockAsync();
            },
            inShort
        );

    private static async Task KillAsync(FaultRig rig, string service)
    {
        if (service == Controller)
        {
            await rig.MustAsync("kill", service);
            await rig.MustAsync("start", service);
        }
        else
        {
            await rig.KillAndStartAsync(service);
        }
    }

    // The sweep is where the sidecar has a child named squeue.
    private static async Task KillInSweepAsync(FaultRig rig)
    {
        using var sidecar = rig.ProcessOf(Sidecar);
        var until = DateTime.UtcNow.AddSeconds(5);
        while (sidecar is not null && DateTime.UtcNow < until && !IsSweeping(sidecar.Id))
        {
            await Task.Delay(1);
        }

        await rig.KillAndStartAsync(Sidecar);
    }

    private static bool IsSweeping(int process)
    {
        try
        {
            return Directory
                .EnumerateDirectories($"/proc/{process}/task")
                .SelectMany(static task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Any(static child => File.ReadAllText($"/proc/{child}/comm").Trim() == "squeue");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task KillWhileStartingAsync(FaultRig rig)
    {
        rig.Kill(Sidecar);
        foreach (var afterMs in new[] { 5, 20, 50, 80, 120, 200, 400 })
        {
            await rig.GoneAsync(Sidecar);
            await rig.MustAsync("launch", Sidecar);
            await Task.Delay(afterMs);
            rig.Kill(Sidecar);
        }

        await rig.StartAsync(Sidecar);
    }
}
