using Google.Protobuf;
using SlurmBanking.Hooks.Native;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>One connection: a frame out, a frame in, nothing else. After any failure it is of no more use.</summary>
internal sealed class SidecarConnection(UnixSocket socket) : IDisposable
{
    private byte[] _buffer = new byte[1024];

    /// <summary>Whether it can be used again: the sidecar has neither closed it nor said anything unasked.</summary>
    public bool IsQuiet() => socket.IsQuiet();

    public LinkFailure Exchange(Request request, in Deadline deadline, out Reply? reply)
    {
        reply = null;
        var size = request.CalculateSize();
        if (size > Frame.MaxBodyBytes)
        {
            return LinkFailure.Malformed;
        }

        var frame = Room(Frame.HeaderBytes + size);
        Frame.WriteHeader(frame, size);
        request.WriteTo(frame[Frame.HeaderBytes..]);
        var failure = socket.Send(frame, deadline);
        return failure switch
        {
            LinkFailure.None => ReceiveReply(deadline, out reply),
            LinkFailure.BrokenOff => LastWord(deadline, out reply),
            _ => failure,
        };
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Who turns a caller away says so and closes, maybe before the request comes: that is there to be read.</summary>
    private LinkFailure LastWord(in Deadline deadline, out Reply? reply)
    {
        if (ReceiveReply(deadline, out reply) == LinkFailure.None && reply!.BodyCase == Reply.BodyOneofCase.Rejection)
        {
            return LinkFailure.None;
        }

        // Anything else answers no request.
        reply = null;
        return LinkFailure.BrokenOff;
    }

    private LinkFailure ReceiveReply(in Deadline deadline, out Reply? reply)
    {
        reply = null;
        var filled = 0;
        var failure = Fill(Frame.HeaderBytes, deadline, ref filled);
        if (failure != LinkFailure.None)
        {
            return failure;
        }

        var size = Frame.ReadHeader(_buffer);
        if (size < 0)
        {
            return LinkFailure.Malformed;
        }

        // Usually it has come together with its header.
        failure = Fill(Frame.HeaderBytes + size, deadline, ref filled);
        if (failure != LinkFailure.None)
        {
            return failure;
        }

        if (filled > Frame.HeaderBytes + size)
        {
            return LinkFailure.Malformed;
        }

        try
        {
            reply = Reply.Parser.ParseFrom(_buffer.AsSpan(Frame.HeaderBytes, size));
        }
        catch (InvalidProtocolBufferException)
        {
            return LinkFailure.Malformed;
        }

        return reply.BodyCase == Reply.BodyOneofCase.None ? LinkFailure.Malformed : LinkFailure.None;
    }

    private LinkFailure Fill(int bytes, in Deadline deadline, ref int filled)
    {
        if (_buffer.Length < bytes)
        {
            Array.Resize(ref _buffer, bytes);
        }

        while (filled < bytes)
        {
            var failure = socket.Receive(_buffer.AsSpan(filled), deadline, out var received);
            if (failure != LinkFailure.None)
            {
                return failure;
            }

            filled += received;
        }

        return LinkFailure.None;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            _buffer = new byte[bytes];
        }

        return _buffer.AsSpan(0, bytes);
    }
}
