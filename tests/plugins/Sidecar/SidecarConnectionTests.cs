using SlurmBanking.Hooks.Native;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Sidecar;

public sealed class SidecarConnectionTests : IDisposable
{
    private static readonly Reply Rejected = new()
    {
        Rejection = new Rejection { Reason = Rejection.Types.Reason.NotAuthorized, Message = "no" },
    };

    private static readonly byte[] Hello = Frame.Of(new Request { Hello = new Hello { Protocol = 1 } });

    private readonly RuntimeDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Who_was_turned_away_before_asking_hears_why()
    {
        using var sidecar = ScriptedSidecar.TurningAway(_directory.Socket, Rejected);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(LinkFailure.None, ExchangeAfterTheClose(out var answered));
            Assert.Equal(Rejected, answered.Reply);
        }
    }

    [Fact]
    public void Nothing_else_that_was_said_before_the_question_is_its_answer()
    {
        using var sidecar = ScriptedSidecar.TurningAway(_directory.Socket, new Reply { Welcome = ScriptedSidecar.Welcome });

        Assert.Equal(LinkFailure.BrokenOff, ExchangeAfterTheClose(out var answered));
        Assert.Null(answered.Reply);
    }

    [Fact]
    public void A_rejection_at_once_is_one_however_the_hello_fares()
    {
        using var sidecar = ScriptedSidecar.TurningAway(_directory.Socket, Rejected);
        for (var i = 0; i < 500; i++)
        {
            using var link = new SidecarLink(Hook.Jobcomp, _directory.Socket, "22.05.8", TimeProvider.System);
            var failure = link.Ask(new Request { End = new End { JobId = 1 } }, TimeSpan.FromSeconds(5), out _);
            Assert.Equal(LinkFailure.Rejected, failure);
        }
    }

    [Fact]
    public void After_a_rest_a_sidecar_that_greets_at_once_may_take_its_time_over_the_request()
    {
        var limit = TimeSpan.FromMilliseconds(1500);
        var silent = true;
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Answering(_ =>
            {
                Thread.Sleep(CircuitBreaker.ProbeLimit * 5);
                return silent ? [] : ScriptedSidecar.FrameOf(new Reply { Receipt = new Receipt() });
            })
        );
        using var link = new SidecarLink(Hook.Jobcomp, _directory.Socket, "22.05.8", TimeProvider.System);
        var request = new Request { End = new End { JobId = 1 } };
        Assert.Equal(LinkFailure.TooLate, link.Ask(request, TimeSpan.FromMilliseconds(50), out _));
        Assert.Equal(LinkFailure.Resting, link.Ask(request, limit, out _));
        Thread.Sleep(CircuitBreaker.FirstRest);
        silent = false;
        Assert.Equal(LinkFailure.None, link.Ask(request, limit, out _));
    }

    [Fact]
    public async Task Whose_turn_does_not_come_in_time_is_too_late_and_disturbs_nobody()
    {
        var limit = TimeSpan.FromSeconds(10);
        using var asked = new ManualResetEventSlim();
        using var late = new ManualResetEventSlim();
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Answering(_ =>
            {
                asked.Set();
                late.Wait(limit);
                return ScriptedSidecar.FrameOf(new Reply { Receipt = new Receipt() });
            })
        );
        using var link = new SidecarLink(Hook.Jobcomp, _directory.Socket, "22.05.8", TimeProvider.System);
        var request = new Request { End = new End { JobId = 1 } };
        var first = Task.Run(() => link.Ask(request, limit, out _));
        asked.Wait();
        Assert.Equal(LinkFailure.TooLate, link.Ask(request, TimeSpan.FromMilliseconds(20), out _));
        var third = Task.Run(() => link.Ask(request, limit, out _));
        late.Set();
        Assert.Equal(LinkFailure.None, await first);
        Assert.Equal(LinkFailure.None, await third);
    }

    private LinkFailure ExchangeAfterTheClose(out Answered answered)
    {
        var socket = UnixSocket.TryConnect(_directory.Socket)!;
        using var connection = new SidecarConnection(socket);

        // First its word, then its close: a send fails when both are there.
        Assert.True(SpinWait.SpinUntil(() => !connection.IsQuiet(), TimeSpan.FromSeconds(5)));
        Thread.Sleep(5);
        return connection.Exchange(Hello, new Deadline(TimeProvider.System, TimeSpan.FromSeconds(5)), out answered);
    }
}
