using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Sidecar.Tests.Bank;
using SlurmBanking.Sidecar.Tests.Outbox;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>The sidecar's real parts from the plugins' socket to the journal, with a scripted bank and a known cluster.</summary>
internal sealed class Counter : IDisposable
{
    private readonly TemporaryState _state = new();
    private readonly RunningJournal _journal;

    public Counter(string more = "", bool ready = true)
    {
        File.WriteAllText(
            _state.Paths.ConfigFile,
            $"API.url = \"http://bank.invalid\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.75\nSidecar.decision_deadline = \"2s\"\n{more}\n"
        );
        Settings = new SettingsStore(_state.Paths, Metrics, TimeProvider.System, NullLogger<SettingsStore>.Instance);
        _journal = new RunningJournal(_state.Paths, TimeProvider.System);
        var reader = Bank.Reader(TimeProvider.System);
        View.Cluster = Given.Cluster;
        if (ready)
        {
            View.Swept(new SweepReport(Given.Noon, TimeSpan.Zero, 0), View.Era);
        }

        Teller = new Teller(
            Settings,
            View,
            Journal,
            new Shelf(),
            Bank.Health,
            reader,
            Metrics,
            Blocking.Wait,
            TimeProvider.System,
            NullLogger<Teller>.Instance
        );
        var desk = new HookDesk(Teller, Settings, SlurmUser.Own(), Metrics, Blocking.Wait, NullLogger<HookDesk>.Instance);
        Server = new HookServer(_state.Paths, desk, Metrics, TimeProvider.System, NullLogger<HookServer>.Instance);
        Duty = new Duty("h", new OneController(), View, Teller, Journal, Metrics, TimeProvider.System, NullLogger<Duty>.Instance);
        Duty.TurnAsync(CancellationToken.None).GetAwaiter().GetResult();
        Server.Open();
    }

    public ScriptedBank Bank { get; } = new();

    public SettingsStore Settings { get; }

    public Journal Journal => _journal.Journal;

    public ViewStore View { get; } = new();

    public SidecarMetrics Metrics { get; } = new();

    public Teller Teller { get; }

    public HookServer Server { get; }

    /// <summary>Beside the only slurmctld.</summary>
    public Duty Duty { get; }

    public SidecarPaths Paths => _state.Paths;

    public void Configure(string text)
    {
        File.WriteAllText(Paths.ConfigFile, text);
        Settings.Refresh();
    }

    public void Dispose()
    {
        Server.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        Server.Dispose();
        _journal.Dispose();
        Metrics.Dispose();
        Bank.Dispose();
        _state.Dispose();
    }
}
