using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Sidecar.Tests.Telemetry;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>How often the whole queue is listed.</summary>
public sealed class SweeperTests : IDisposable
{
    private readonly Counter _counter = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly StillSlurm _slurm = new();
    private readonly Sweeper _sweeper;

    public SweeperTests() =>
        _sweeper = new Sweeper(
            _slurm,
            _counter.View,
            _counter.Teller,
            _counter.Duty,
            _counter.Journal,
            _counter.Metrics,
            _time,
            NullLogger<Sweeper>.Instance
        );

    public void Dispose()
    {
        _sweeper.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public async Task A_queue_that_takes_long_each_time_is_listed_less_often_but_not_after_one_slow_answer()
    {
        var waits = new List<double>();
        foreach (var seconds in new[] { 12, 1, 3, 12, 12, 0 })
        {
            _slurm.Listing = () => _time.Advance(TimeSpan.FromSeconds(seconds));
            await _sweeper.TurnAsync(CancellationToken.None);
            var wait = await _sweeper.TurnAsync(CancellationToken.None);
            waits.Add(wait.TotalSeconds);
            _time.Advance(wait);
        }

        // Twenty times as long as the shorter of the last two took, and half a minute at least.
        Assert.Equal([30, 30, 30, 60, 240, 30], waits);
    }
}
