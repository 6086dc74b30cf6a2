using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Sidecar.Tests.Intake;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>What past runs would have cost. Each of these took 4 CPUs for an hour: 3.00 SU at 0.75.</summary>
public sealed class ReplayerTests : IDisposable
{
    private readonly Counter _counter = new("Policy.refund_states = [\"NODE_FAIL\"]");
    private readonly ScriptedAccounting _accounting = new();

    public void Dispose() => _counter.Dispose();

    [Fact]
    public async Task Each_account_and_partition_has_what_it_cost_and_would_have_cost()
    {
        _accounting.Records.AddRange([
            Given.Ended(7),
            Given.Ended(8) with
            {
                Account = "other",
                Qos = "high",
            },
            Given.Ended(9) with
            {
                State = "NODE_FAIL",
            },
            Given.Ended(10) with
            {
                Submit = Given.Noon.AddDays(1),
                Start = Given.Noon.AddDays(1),
                End = Given.Noon.AddDays(1).AddHours(1),
            },
        ]);
        var days = new List<(DateTimeOffset, long)>();
        var replay = await RunAsync("[PartitionPrice]\nnormal = 1\n[QosMultiplier]\nhigh = 2\n", days);
        Assert.Equal(
            [
                new ReplayedUsage(Given.Account, "normal", 3, Given.Su(6m), Given.Su(8m)), // 4 CPU-hours twice, and what was refunded
                new ReplayedUsage("other", "normal", 1, Given.Su(3m), Given.Su(8m)), // 4 × 1 × 2
            ],
            replay.Usage
        );
        Assert.Equal(4, replay.Runs);
        Assert.Equal([3L, 4L], days.Select(static day => day.Item2));
        Assert.Empty(_counter.Journal.ReadDue(10));
    }

    [Fact]
    public async Task A_whole_configuration_is_read_for_its_prices()
    {
        _accounting.Records.Add(Given.Ended(7));
        var replay = await RunAsync("API.url = \"http://b.invalid\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.25\n", []);
        Assert.Equal(Given.Su(1m), Assert.Single(replay.Usage).WouldCost);
    }

    [Fact]
    public async Task Prices_that_can_not_be_read_are_said_with_their_place()
    {
        var fault = await Assert.ThrowsAsync<ReconciliationException>(() => RunAsync("[PartitionPrice]\nnormal = -1\n", []));
        Assert.Equal(ReconciliationObstacle.NoSpan, fault.Obstacle);
        Assert.Contains("prices:2:", fault.Message, StringComparison.Ordinal);
    }

    private Task<Replay> RunAsync(string prices, List<(DateTimeOffset, long)> days) =>
        new Replayer(_accounting, _counter.Teller, _counter.Settings, TimeProvider.System).RunAsync(
            prices,
            Given.Noon.AddHours(-1),
            Given.Noon.AddHours(47),
            (until, runs) =>
            {
                days.Add((until, runs));
                return Task.CompletedTask;
            },
            CancellationToken.None
        );
}
