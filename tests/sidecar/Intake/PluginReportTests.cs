using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>What plugins say of requests that nobody answered, on the way from their hello to the metrics.</summary>
public sealed class PluginReportTests : IDisposable
{
    private readonly Counter _counter = new();
    private readonly Readings _readings;

    public PluginReportTests() => _readings = new Readings(_counter.Metrics);

    public void Dispose()
    {
        _readings.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public void Each_number_of_a_hello_is_a_series_of_its_hook()
    {
        using var plugin = Greeted(Hook.JobSubmit, Told());
        Assert.Equal(3, _readings["plugin.unanswered{hook=job_submit,outcome=timeout}"]);
        Assert.Equal(41, _readings["plugin.unanswered{hook=job_submit,outcome=resting}"]);
        Assert.Equal(5, _readings["plugin.unanswered{hook=job_submit,outcome=absent}"]);
        Assert.Equal(7, _readings["plugin.unanswered{hook=job_submit,outcome=untrusted}"]);
        Assert.Equal(11, _readings["plugin.unanswered{hook=job_submit,outcome=broken}"]);
        Assert.Equal(13, _readings["plugin.unanswered{hook=job_submit,outcome=rejected}"]);
        Assert.Equal(2, _readings["plugin.breaker.openings{hook=job_submit}"]);
        Assert.Equal(3.5, _readings["plugin.breaker.open_time{hook=job_submit}"]);
        Assert.Equal(1, _readings["plugin.breaker.open{hook=job_submit}"]);
        Assert.Null(_readings["plugin.breaker.open{hook=jobcomp}"]);
    }

    [Fact]
    public void The_last_hello_counts_and_that_of_a_new_slurmctld_begins_anew()
    {
        using var first = Greeted(Hook.Jobcomp, new Misses { Timeouts = 3 });
        using var second = Greeted(Hook.Jobcomp, new Misses { Timeouts = 4 });
        Assert.Equal(4, _readings["plugin.unanswered{hook=jobcomp,outcome=timeout}"]);
        using var restarted = Greeted(Hook.Jobcomp, new Misses());
        Assert.Equal(0, _readings["plugin.unanswered{hook=jobcomp,outcome=timeout}"]);
        Assert.Equal(0, _readings["plugin.breaker.open{hook=jobcomp}"]);
    }

    [Fact]
    public void The_breaker_counts_as_open_until_the_plugin_asks_more_over_the_same_connection()
    {
        using var plugin = Greeted(Hook.Jobcomp, Told());
        plugin.Ask(Start());
        Assert.Equal(1, _readings["plugin.breaker.open{hook=jobcomp}"]);
        plugin.Ask(Start());
        Assert.Equal(0, _readings["plugin.breaker.open{hook=jobcomp}"]);
        Assert.Equal(3, _readings["plugin.unanswered{hook=jobcomp,outcome=timeout}"]);
    }

    [Fact]
    public void Of_a_plugin_that_does_not_count_there_is_no_series()
    {
        using var older = Greeted(Hook.JobSubmit, told: null);
        using var step = Greeted(Hook.Spank, Told());
        Assert.Null(_readings["plugin.unanswered{hook=job_submit,outcome=timeout}"]);
        Assert.Null(_readings["plugin.unanswered{hook=jobcomp,outcome=timeout}"]);
    }

    private Plugin Greeted(Hook hook, Misses? told)
    {
        var plugin = new Plugin(_counter.Paths.HookSocket);
        var hello = new Hello
        {
            Protocol = 1,
            Hook = hook,
            SlurmVersion = "22.05.8",
            Misses = told,
        };
        Assert.NotNull(plugin.Ask(new Request { Hello = hello }).Welcome);
        return plugin;
    }

    private static Misses Told() =>
        new()
        {
            Timeouts = 3,
            Resting = 41,
            Absent = 5,
            Untrusted = 7,
            Broken = 11,
            Rejected = 13,
            BreakerOpenings = 2,
            BreakerOpenMs = 3500,
            BreakerOpen = true,
        };

    private static Request Start() =>
        new()
        {
            Start = new Start
            {
                JobId = 1,
                Uid = 1000,
                Node = "n1",
            },
        };
}
