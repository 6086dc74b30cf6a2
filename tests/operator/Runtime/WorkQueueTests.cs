using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Tests.Runtime;

public sealed class WorkQueueTests
{
    private static readonly ObjectKey A = new("ns", "a");
    private static readonly ObjectKey B = new("ns", "b");

    private readonly FakeTimeProvider _time = new(Given.Noon);

    [Fact]
    public async Task Asked_for_twice_it_comes_once()
    {
        using var queue = new WorkQueue(_time);
        queue.Add(A);
        queue.Add(A);
        queue.Add(B);
        Assert.Equal(2, queue.Depth);
        Assert.Equal(A, await TakeAsync(queue));
        Assert.Equal(B, await TakeAsync(queue));
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task Asked_for_while_it_is_worked_on_it_comes_again_afterwards_and_not_before()
    {
        using var queue = new WorkQueue(_time);
        queue.Add(A);
        await TakeAsync(queue);
        queue.Add(A);
        queue.Add(A);
        Assert.Equal(0, queue.Depth);
        queue.Done(A, hasSucceeded: true);
        Assert.Equal(1, queue.Depth);
        await TakeAsync(queue);
        queue.Done(A, hasSucceeded: true);
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task The_earlier_of_two_moments_counts_and_now_is_earlier_than_both()
    {
        using var queue = new WorkQueue(_time);
        queue.AddAfter(A, TimeSpan.FromMinutes(10));
        queue.AddAfter(A, TimeSpan.FromMinutes(1));
        queue.AddAfter(A, TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, queue.Depth);
        await TakeAsync(queue);
        queue.Done(A, hasSucceeded: true);
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, queue.Depth);

        queue.AddAfter(B, TimeSpan.FromMinutes(1));
        queue.Add(B);
        await TakeAsync(queue);
        queue.Done(B, hasSucceeded: true);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, queue.Depth);
    }

    [Fact]
    public async Task After_failures_it_comes_later_and_later_and_at_most_five_minutes_later()
    {
        using var queue = new WorkQueue(_time);
        var delays = new List<TimeSpan>();
        queue.Add(A);
        for (var i = 0; i < 14; i++)
        {
            await TakeAsync(queue);
            queue.Done(A, hasSucceeded: false);
            delays.Add(queue.AddAfterFailure(A, null));
            _time.Advance(delays[^1]);
        }

        // Half a second, doubled each time; jitter takes up to half of it away.
        for (var i = 0; i < delays.Count; i++)
        {
            var most = Math.Min(0.5 * Math.Pow(2, i), 300);
            Assert.InRange(delays[i].TotalSeconds, most / 2, most);
        }

        await TakeAsync(queue);
        queue.Done(A, hasSucceeded: true);
        Assert.InRange(queue.AddAfterFailure(A, null).TotalSeconds, 0.25, 0.5);
    }

    [Fact]
    public void The_server_s_wish_to_be_left_alone_is_respected()
    {
        using var queue = new WorkQueue(_time);
        Assert.Equal(TimeSpan.FromSeconds(7), queue.AddAfterFailure(A, TimeSpan.FromSeconds(7)));
    }

    private static async Task<ObjectKey> TakeAsync(WorkQueue queue)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await queue.TakeAsync(patience.Token);
    }
}
