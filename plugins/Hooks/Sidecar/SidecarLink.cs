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
    private readonly Lock _turn = new();
    private readonly CircuitBreaker _breaker = new(time);
    private readonly LinkTally _tally = new();
    private SidecarConnection? _connection;

    /// <summary>What the last Welcome said. Replaced as a whole.</summary>
    public SidecarTerms Terms { get; private set; } = SidecarTerms.Initial;

    /// <summary>Sends the request and reads its reply.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="limit">Longest wait, which a Welcome may have changed since.</param>
    /// <param name="reply">Not null when the result is <see cref="LinkFailure.None"/> or <see cref="LinkFailure.Rejected"/>.</param>
    public LinkFailure Ask(Request request, TimeSpan limit, out Reply? reply)
    {
        var failure = AskInTurn(request, limit, out reply);
        _tally.Count(failure);
        return failure;
    }

    public void Dispose() => _connection?.Dispose();

    private LinkFailure AskInTurn(Request request, TimeSpan limit, out Reply? reply)
    {
        reply = null;
        if (!_turn.TryEnter(limit))
        {
            return LinkFailure.TooLate;
        }

        try
        {
            return AskInTurn_NeedsLock(request, limit, out reply);
        }
        finally
        {
            _turn.Exit();
        }
    }

    private LinkFailure AskInTurn_NeedsLock(Request request, TimeSpan limit, out Reply? reply)
    {
        reply = null;
        if (_breaker.IsResting)
        {
            return LinkFailure.Resting;
        }

        // After a rest the hello is what finds out whether the sidecar still hangs: one that answers it may take its time over the
        // request, such as for an account that it has to ask the bank about.
        var deadline = new Deadline(time, limit);
        var failure = Connect_NeedsLock(new Deadline(time, _breaker.Limit(limit)));
        if (failure == LinkFailure.None)
        {
            failure = _connection!.Exchange(request, deadline, out reply);
        }

        if (failure == LinkFailure.None)
        {
            _breaker.Succeeded();
            return reply!.BodyCase == Reply.BodyOneofCase.Rejection ? LinkFailure.Rejected : LinkFailure.None;
        }

        Drop_NeedsLock();
        _breaker.Failed(failure, deadline.Elapsed);
        return failure;
    }

    /// <summary>Keeps the connection that is there if the sidecar has kept it too; else makes one and says hello.</summary>
    private LinkFailure Connect_NeedsLock(in Deadline deadline)
    {
        if (_connection?.IsQuiet() == true)
        {
            return LinkFailure.None;
        }

        Drop_NeedsLock();
        var socket = UnixSocket.TryConnect(socketPath);
        if (socket is null)
        {
            return LinkFailure.Absent;
        }

        _connection = new SidecarConnection(socket);
        return socket.PeerUid() is { } server && ServerTrust.Allows(socketPath, server) ? Greet_NeedsLock(deadline) : LinkFailure.Untrusted;
    }

    private LinkFailure Greet_NeedsLock(in Deadline deadline)
    {
        var hello = new Hello
        {
            Protocol = Frame.Protocol,
            Hook = hook,
            SlurmVersion = slurmVersion,
            Build = Build.Version,
            Misses = _tally.Report(_breaker),
        };
        var failure = _connection!.Exchange(new Request { Hello = hello }, deadline, out var reply);
        if (failure != LinkFailure.None)
        {
            return failure;
        }

        switch (reply!.BodyCase)
        {
            case Reply.BodyOneofCase.Welcome:
                Terms = SidecarTerms.From(reply.Welcome);
                return LinkFailure.None;
            case Reply.BodyOneofCase.Rejection:
                return LinkFailure.Rejected;
            default:
                return LinkFailure.Malformed;
        }
    }

    private void Drop_NeedsLock()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
