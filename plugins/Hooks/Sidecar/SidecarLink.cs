using SlurmBanking.Hooks.Native;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// One hook's way to the sidecar: a connection that is kept, made again when the sidecar has closed it, and given up at the
/// first failure. Each call has one deadline over waiting for its turn, connecting, the hello, the request and the reply;
/// a request that may have been received is never sent twice.
/// </summary>
internal sealed class SidecarLink(Hook hook, string socketPath, string slurmVersion, TimeProvider time) : IDisposable
{
    private readonly CircuitBreaker _breaker = new(time);
    private readonly LinkTally _tally = new();
    private SidecarConnection? _connection;

    // 1: somebody's turn. A Lock would cost each new thread an object with a finalizer, and slurmctld has one for each connection.
    private int _taken;

    /// <summary>What the last Welcome said. Replaced as a whole.</summary>
    public SidecarTerms Terms { get; private set; } = SidecarTerms.Initial;

    /// <summary>Sends the request and reads its reply.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="limit">Longest wait, which a Welcome may have changed since.</param>
    /// <param name="reply">Not null when the result is <see cref="LinkFailure.None"/>.</param>
    public LinkFailure Ask(Request request, TimeSpan limit, out Reply? reply)
    {
        var failure = Ask(Frame.Of(request), limit, out var answered);
        reply = failure == LinkFailure.None ? answered.ToReply() : null;
        return failure;
    }

    /// <inheritdoc cref="Ask(Request, TimeSpan, out Reply?)"/>
    /// <param name="frame">Of a request.</param>
    /// <param name="limit">Longest wait, which a Welcome may have changed since.</param>
    /// <param name="answered">What came back, when the result is <see cref="LinkFailure.None"/>.</param>
    public LinkFailure Ask(ReadOnlySpan<byte> frame, TimeSpan limit, out Answered answered)
    {
        var failure = AskInTurn(frame, limit, out answered);
        _tally.Count(failure);
        return failure;
    }

    public void Dispose() => _connection?.Dispose();

    private LinkFailure AskInTurn(ReadOnlySpan<byte> frame, TimeSpan limit, out Answered answered)
    {
        answered = default;
        // Slurm calls a plugin under a mutex of its own, so that hardly anybody ever waits here.
        if (!TryTake() && !SpinWait.SpinUntil(TryTake, limit))
        {
            return LinkFailure.TooLate;
        }

        try
        {
            return AskInTurn_NeedsTurn(frame, limit, out answered);
        }
        finally
        {
            Volatile.Write(ref _taken, 0);
        }
    }

    private bool TryTake() => Interlocked.CompareExchange(ref _taken, 1, 0) == 0;

    private LinkFailure AskInTurn_NeedsTurn(ReadOnlySpan<byte> frame, TimeSpan limit, out Answered answered)
    {
        answered = default;
        if (_breaker.IsResting)
        {
            return LinkFailure.Resting;
        }

        // After a rest the hello is what finds out whether the sidecar still hangs: one that answers it may take its time over the
        // request, such as for an account that it has to ask the bank about.
        var deadline = new Deadline(time, limit);
        var failure = Connect_NeedsTurn(new Deadline(time, _breaker.Limit(limit)));
        if (failure == LinkFailure.None)
        {
            failure = _connection!.Exchange(frame, deadline, out answered);
        }

        if (failure == LinkFailure.None)
        {
            _breaker.Succeeded();
            return answered.Reply?.BodyCase == Reply.BodyOneofCase.Rejection ? LinkFailure.Rejected : LinkFailure.None;
        }

        Drop_NeedsTurn();
        _breaker.Failed(failure, deadline.Elapsed);
        return failure;
    }

    /// <summary>Keeps the connection that is there if the sidecar has kept it too; else makes one and says hello.</summary>
    private LinkFailure Connect_NeedsTurn(in Deadline deadline)
    {
        if (_connection?.IsQuiet() == true)
        {
            return LinkFailure.None;
        }

        Drop_NeedsTurn();
        var socket = UnixSocket.TryConnect(socketPath);
        if (socket is null)
        {
            return LinkFailure.Absent;
        }

        _connection = new SidecarConnection(socket);
        return socket.PeerUid() is { } server && ServerTrust.Allows(socketPath, server) ? Greet_NeedsTurn(deadline) : LinkFailure.Untrusted;
    }

    private LinkFailure Greet_NeedsTurn(in Deadline deadline)
    {
        var hello = new Hello
        {
            Protocol = Frame.Protocol,
            Hook = hook,
            SlurmVersion = slurmVersion,
            Build = Build.Version,
            Misses = _tally.Report(_breaker),
        };
        var failure = _connection!.Exchange(Frame.Of(new Request { Hello = hello }), deadline, out var answered);
        if (failure != LinkFailure.None)
        {
            return failure;
        }

        switch (answered.Reply?.BodyCase)
        {
            case Reply.BodyOneofCase.Welcome:
                Terms = SidecarTerms.From(answered.Reply.Welcome);
                return LinkFailure.None;
            case Reply.BodyOneofCase.Rejection:
                return LinkFailure.Rejected;
            default:
                return LinkFailure.Malformed;
        }
    }

    private void Drop_NeedsTurn()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
