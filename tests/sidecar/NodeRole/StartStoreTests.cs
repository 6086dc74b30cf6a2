using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.NodeRole;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>What a node keeps, and what it gives up.</summary>
public sealed class StartStoreTests : IDisposable
{
    private readonly TemporaryState _state = new();
    private readonly SidecarMetrics _metrics = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);

    public void Dispose()
    {
        _metrics.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void What_was_added_is_there_after_a_restart_in_order_and_as_it_was()
    {
        var hint = new StartHint
        {
            JobId = 7,
            Uid = 1000,
            Node = "n1",
            Time = Given.Noon.AddMinutes(-1).ToTimestamp(),
        };
        using (var store = Open())
        {
            store.Add(hint);
            store.Add(new StartHint { JobId = 8 });
            store.Add(new StartHint { JobId = 9 });
            store.RemoveUpTo(store.ReadOldest(1)[0].Seq);
            store.Add(hint);
        }

        using var again = Open();
        Assert.Equal(3, again.Kept);
        Assert.Equal([8, 9, 7], again.ReadOldest(10).Select(static start => start.Hint.JobId));
        Assert.Equal(hint, again.ReadOldest(10)[2].Hint);
    }

    [Fact]
    public void Beyond_its_capacity_the_oldest_go()
    {
        using var store = Open(capacity: 3);
        for (uint job = 1; job <= 5; job++)
        {
            store.Add(new StartHint { JobId = job });
        }

        Assert.Equal((3L, 2L), (store.Kept, store.Dropped));
        Assert.Equal([3, 4, 5], store.ReadOldest(10).Select(static start => start.Hint.JobId));
    }

    [Fact]
    public void After_a_day_a_start_is_no_news()
    {
        using var store = Open();

        // Found as a file: begun 23 hours ago.
        store.Add(new StartHint { JobId = 1, Time = Given.Noon.AddHours(-23).ToTimestamp() });
        store.Add(new StartHint { JobId = 2 });

        // A clock that is ahead makes nothing younger than it is here.
        store.Add(new StartHint { JobId = 3, Time = Given.Noon.AddYears(1).ToTimestamp() });
        _time.Advance(TimeSpan.FromMinutes(59));
        store.Upkeep();
        Assert.Equal(3, store.Kept);
        _time.Advance(TimeSpan.FromMinutes(2));
        store.Upkeep();
        Assert.Equal([2, 3], store.ReadOldest(10).Select(static start => start.Hint.JobId));
        _time.Advance(TimeSpan.FromHours(23));
        store.Upkeep();
        Assert.Equal((0L, 3L), (store.Kept, store.Dropped));
    }

    [Fact]
    public void A_state_directory_is_for_one_sidecar()
    {
        using var store = Open();
        Assert.Throws<IOException>(() => Open());
    }

    [Fact]
    public void Many_steps_may_start_at_once()
    {
        using var store = Open();
        Parallel.For(1, 201, job => store.Add(new StartHint { JobId = (uint)job }));
        store.Upkeep();
        Assert.Equal(200, store.ReadOldest(1000).Select(static start => start.Hint.JobId).Distinct().Count());
    }

    private StartStore Open(int capacity = StartStore.Capacity) =>
        new(_state.Paths, _metrics, _time, NullLogger<StartStore>.Instance, capacity);
}
