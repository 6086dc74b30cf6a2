using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Sidecar;

/// <summary>What a link says of its past with each hello.</summary>
public sealed class LinkTallyTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(60);
    private static readonly Request Ended = new() { End = new End { JobId = 1 } };
    private readonly RuntimeDirectory _directory = new();
    private readonly SidecarLink _link;

    public LinkTallyTests() => _link = new SidecarLink(Hook.Jobcomp, _directory.Socket, "22.05.8", TimeProvider.System);

    public void Dispose()
    {
        _link.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_first_hello_tells_of_nothing()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Receipt()));
        Assert.Equal(LinkFailure.None, _link.Ask(Ended, TimeSpan.FromSeconds(5), out _));
        Assert.Equal([new Misses()], Hellos(sidecar));
    }

    [Fact]
    public void The_hello_after_a_timeout_tells_of_it_of_those_that_the_breaker_answered_and_for_how_long()
    {
        var silent = true;
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Answering(_ => silent ? [] : ScriptedSidecar.FrameOf(Receipt()))
        );
        Assert.Equal(LinkFailure.TooLate, _link.Ask(Ended, Limit, out _));
        Assert.Equal(LinkFailure.Resting, _link.Ask(Ended, Limit, out _));
        Assert.Equal(LinkFailure.Resting, _link.Ask(Ended, Limit, out _));
        silent = false;
        Thread.Sleep(CircuitBreaker.FirstRest);
        Assert.Equal(LinkFailure.None, _link.Ask(Ended, TimeSpan.FromSeconds(5), out _));
        sidecar.HangUpAll();
        SpinWait.SpinUntil(() => _link.Ask(Ended, TimeSpan.FromSeconds(5), out _) == LinkFailure.None, TimeSpan.FromSeconds(5));

        var told = Hellos(sidecar);
        var trial = new Misses
        {
            Timeouts = 1,
            Resting = 2,
            BreakerOpenings = 1,
            BreakerOpenMs = 1000,
            BreakerOpen = true,
        };
        Assert.Equal([new Misses(), trial], told[..2]);
        Assert.False(told[^1].BreakerOpen);
        Assert.Equal(1ul, told[^1].Timeouts);
    }

    [Fact]
    public void Whatever_else_can_befall_a_request_is_told_by_its_kind()
    {
        Assert.Equal(LinkFailure.Absent, _link.Ask(Ended, Limit, out _));
        Assert.Equal(LinkFailure.Absent, _link.Ask(Ended, Limit, out _));
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(static _ => throw new HangUpException())))
        {
            Assert.Equal(LinkFailure.BrokenOff, _link.Ask(Ended, TimeSpan.FromSeconds(5), out _));
        }

        var rejection = new Reply { Rejection = new Rejection { Reason = Rejection.Types.Reason.NotNow } };
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(rejection)))
        {
            Assert.Equal(LinkFailure.Rejected, AskAgain());
        }

        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Receipt()));
        Assert.Equal(LinkFailure.None, AskAgain());
        var told = Assert.Single(Hellos(sidecar));
        Assert.Equal((2ul, 1ul, 1ul, 0ul), (told.Absent, told.Broken, told.Rejected, told.Untrusted));
    }

    // A failure that took longer than 5 ms, as it may on a busy machine, opens the breaker.
    private LinkFailure AskAgain()
    {
        LinkFailure failure;
        while ((failure = _link.Ask(Ended, TimeSpan.FromSeconds(5), out _)) == LinkFailure.Resting)
        {
            Thread.Sleep(50);
        }

        return failure;
    }

    private static List<Misses> Hellos(ScriptedSidecar sidecar) =>
        [
            .. sidecar
                .Requests.Where(static request => request.BodyCase == Request.BodyOneofCase.Hello)
                .Select(static request => request.Hello.Misses),
        ];

    private static Reply Receipt() => new() { Receipt = new Receipt() };
}
