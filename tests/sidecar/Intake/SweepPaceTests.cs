using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Sidecar.Tests.Bank;
using SlurmBanking.Sidecar.Tests.Outbox;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>A long queue is taken in no faster than it is written: what waits for the disk is in memory.</summary>
public sealed class SweepPaceTests : IDisposable
{
    private const int Jobs = 10_000;

    // 16 steps of 128 records.
    private const int Unwritten = 2048;

    private readonly TemporaryState _state = new();
    private readonly ScriptedBank _bank = new();
    private readonly SidecarMetrics _metrics = new();

    public void Dispose()
    {
        _metrics.Dispose();
        _bank.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task A_listing_waits_for_the_journal()
    {
        await File.WriteAllTextAsync(
            _state.Paths.ConfigFile,
            "API.url = \"http://bank.invalid\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.75\n"
        );
        using var database = new StateDatabase(_state.Paths, Given.Noon, NullLogger.Instance);
        var journal = new Journal(database, new Reserve(_state.Paths.ReserveFile), TimeProvider.System, NullLogger<Journal>.Instance);
        var teller = new Teller(
            new SettingsStore(_state.Paths, _metrics, TimeProvider.System, NullLogger<SettingsStore>.Instance),
            new ViewStore { Cluster = Given.Cluster },
            journal,
            new Shelf(),
            _bank.Health,
            _bank.Reader(TimeProvider.System),
            _metrics,
            Blocking.Wait,
            TimeProvider.System,
            NullLogger<Teller>.Instance
        );
        var jobs = Enumerable.Range(1, Jobs).Select(static job => Given.Job((uint)job, "RUNNING", mark: job)).ToArray();
        var taken = teller.SweepAsync(Given.Listing(90, jobs), Given.Cluster);
        Assert.False(taken.IsCompleted);
        Assert.Equal(Unwritten, teller.Read(static life => life.Book.Runs.Count));

        // Nobody had committed anything until now.
        using var thread = new JournalThread(journal);
        await taken;
        Assert.Equal(Jobs, teller.Read(static life => life.Book.Runs.Count));
    }
}
