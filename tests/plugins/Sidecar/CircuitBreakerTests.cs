using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Hooks.Sidecar;

namespace SlurmBanking.Plugins.Tests.Sidecar;

public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_timeout_makes_it_rest_for_a_second_and_then_probe_briefly()
    {
        var breaker = new CircuitBreaker(_time);
        Assert.Equal(Deadline, breaker.Limit(Deadline));

        breaker.Failed(LinkFailure.TooLate, Deadline);

        Assert.True(breaker.IsResting);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(breaker.IsResting);
        Assert.Equal(CircuitBreaker.ProbeLimit, breaker.Limit(Deadline));
    }

    [Fact]
    public void Rests_double_up_to_ten_seconds()
    {
        var breaker = new CircuitBreaker(_time);
        foreach (var seconds in new[] { 1, 2, 4, 8, 10, 10 })
        {
            breaker.Failed(LinkFailure.TooLate, CircuitBreaker.ProbeLimit);
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.True(breaker.IsResting, $"after {seconds} s");
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.False(breaker.IsResting, $"after {seconds} s");
        }
    }

    [Fact]
    public void A_success_ends_it_all()
    {
        var breaker = new CircuitBreaker(_time);
        breaker.Failed(LinkFailure.TooLate, Deadline);
        _time.Advance(TimeSpan.FromSeconds(1));

        breaker.Succeeded();
        Assert.Equal(Deadline, breaker.Limit(Deadline));

        breaker.Failed(LinkFailure.TooLate, Deadline);
        _time.Advance(CircuitBreaker.FirstRest);
        Assert.False(breaker.IsResting);
    }

    [Theory]
    [InlineData((int)LinkFailure.Absent)]
    [InlineData((int)LinkFailure.BrokenOff)]
    public void A_failure_that_cost_nothing_leaves_it_closed(int failure)
    {
        var breaker = new CircuitBreaker(_time);

        breaker.Failed((LinkFailure)failure, TimeSpan.FromMilliseconds(0.1));
        Assert.False(breaker.IsResting);

        breaker.Failed((LinkFailure)failure, TimeSpan.FromMilliseconds(20));
        Assert.True(breaker.IsResting);
    }
}
