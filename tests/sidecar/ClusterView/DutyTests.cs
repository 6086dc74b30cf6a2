using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Tests.Intake;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>Which of several sidecars is at work, as scontrol ping tells it.</summary>
public sealed class DutyTests : IDisposable
{
    private readonly Counter _counter = new();
    private readonly ScriptedSlurm _slurm = new();
    private readonly Duty _duty;

    public DutyTests() =>
        _duty = new Duty(
            "h1.example.org",
            _slurm,
            _counter.View,
            _counter.Teller,
            _counter.Journal,
            _counter.Metrics,
            TimeProvider.System,
            NullLogger<Duty>.Instance
        );

    public void Dispose()
    {
        _duty.Dispose();
        _counter.Dispose();
    }

    [Theory]
    [InlineData("Slurmctld(primary) at h9 is UP\n", true, false)]
    [InlineData("Slurmctld(primary) at h9 is DOWN\n", true, false)]
    [InlineData("words of a later release\n", true, false)]
    [InlineData("Slurmctld(primary) at h0 is UP\nSlurmctld(backup) at h1 is UP\n", false, true)]
    [InlineData("Slurmctld(primary) at h0 is DOWN\nSlurmctld(backup) at h1 is UP\n", true, true)]
    [InlineData("Slurmctld(primary) at h1 is UP\nSlurmctld(backup) at h2 is UP\n", true, true)]
    [InlineData(
        "Slurmctld(primary) at h1 is DOWN\nSlurmctld(backup) at h2 is DOWN\n** RESTORE SLURMCTLD DAEMON TO SERVICE **\n",
        false,
        true
    )]
    public async Task The_first_that_answers_is_active(string ping, bool active, bool peers)
    {
        _slurm.Ping = ping;
        await _duty.TurnAsync(CancellationToken.None);
        Assert.Equal((active, peers), (_duty.IsActive, _duty.HasPeers));
    }

    [Fact]
    public async Task Nobody_takes_over_because_a_command_failed()
    {
        await _duty.TurnAsync(CancellationToken.None);
        Assert.False(_duty.IsActive);
        _slurm.Ping = "Slurmctld(primary) at h0 is UP\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        _slurm.Ping = null;
        await _duty.TurnAsync(CancellationToken.None);
        Assert.Equal((false, true), (_duty.IsActive, _duty.HasPeers));
    }

    [Fact]
    public async Task Whoever_takes_over_begins_a_term_and_looks_at_the_queue_before_it_delivers()
    {
        _slurm.Ping = "Slurmctld(primary) at h0 is DOWN\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        Assert.Equal((1, false, false), (_duty.Term, _duty.MayDeliver, _counter.View.Ready));
        _counter.View.Swept(new SweepReport(Given.Noon, TimeSpan.Zero, 0), _counter.View.Era);
        Assert.True(_duty.MayDeliver);
        _slurm.Ping = "Slurmctld(primary) at h0 is UP\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        Assert.False(_duty.MayDeliver);
        _slurm.Ping = "Slurmctld(primary) at h0 is DOWN\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        Assert.Equal((2, 2), (_duty.Term, _counter.Journal.Term));
    }

    [Fact]
    public async Task A_listing_that_a_takeover_overtakes_is_no_view_of_the_present()
    {
        _slurm.Ping = "Slurmctld(primary) at h0 is DOWN\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        var sweeper = new Sweeper(
            _slurm,
            _counter.View,
            _counter.Teller,
            _duty,
            _counter.Journal,
            _counter.Metrics,
            TimeProvider.System,
            NullLogger<Sweeper>.Instance
        );
        var turn = sweeper.TurnAsync(CancellationToken.None);
        _slurm.Ping = "Slurmctld(primary) at h0 is UP\nSlurmctld(backup) at h1 is UP\n";
        await _duty.TurnAsync(CancellationToken.None);
        _slurm.Listing.SetResult(Given.Listing(0));
        await turn;

        // Should this host's slurmctld be the active one again in a moment, nothing is decided on what was then.
        Assert.False(_counter.View.Ready);
    }

    private sealed class ScriptedSlurm : ISlurm
    {
        public TaskCompletionSource<QueueListing> Listing { get; } = new();

        public string? Ping { get; set; }

        public Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
            Ping is null ? throw new SlurmCommandException("no scontrol") : Task.FromResult(ScontrolOutput.Controllers(Ping));

        public Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation) => Listing.Task;

        public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<PastRun>?>(null);
    }
}
