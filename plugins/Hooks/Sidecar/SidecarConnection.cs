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

    /// <param name="frame">What to ask.</param>
    /// <param name="deadline">For all of it.</param>
    /// <param name="answered">What came back, if the result is <see cref="LinkFailure.None"/>.</param>
    public LinkFailure Exchange(ReadOnlySpan<byte> frame, in Deadline deadline, out Answered answered)
    {
        answered = default;
        if (frame.Length > Frame.HeaderBytes + Frame.MaxBodyBytes)
        {
            return LinkFailure.Malformed;
        }

        var failure = socket.Send(frame, deadline);
        return failure switch
        {
            LinkFailure.None => ReceiveReply(deadline, out answered),
            LinkFailure.BrokenOff => LastWord(deadline, out answered),
            _ => failure,
        };
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Who turns a caller away says so and closes, maybe before the request comes: that is there to be read.</summary>
    private LinkFailure LastWord(in Deadline deadline, out Answered answered)
    {
        if (ReceiveReply(deadline, out answered) == LinkFailure.None && answered.Reply?.BodyCase == Reply.BodyOneofCase.Rejection)
        {
            return LinkFailure.None;
        }

        // Anything else answers no request.
        answered = default;
        return LinkFailure.BrokenOff;
    }

    private LinkFailure ReceiveReply(in Deadline deadline, out Answered answered)
    {
        answered = default;
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

        return Answered.TryRead(_buffer.AsSpan(Frame.HeaderBytes, size), out answered) ? LinkFailure.None : LinkFailure.Malformed;
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
}
