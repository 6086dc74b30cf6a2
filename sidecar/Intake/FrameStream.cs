using System.Net.Sockets;
using Google.Protobuf;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Frames of spec/hooks.proto on a blocking socket. One per connection; not thread-safe.</summary>
internal sealed class FrameStream(Socket socket, TimeProvider time)
{
    /// <summary>A frame that has begun is whole within this time: plugins send each in one go.</summary>
    public static readonly TimeSpan WholeWithin = TimeSpan.FromSeconds(5);

    private const int UsualBytes = 4096;
    private const string NotInTime = "a frame that is not whole in time";

    private byte[] _buffer = new byte[UsualBytes];
    private byte[] _reply = new byte[512];
    private int _filled;
    private int _read;
    private long _begun;
    private bool _hurried;

    /// <summary>
    /// The next frame's body, which is there until <see cref="Drop"/>; false when the peer has closed the connection between two frames.
    /// </summary>
    /// <exception cref="InvalidDataException">The peer sent what is no frame.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public bool TryRead(out ReadOnlySpan<byte> body)
    {
        body = default;

        // A frame usually arrives whole, and the next only after the reply.
        _begun = 0;
        if (!TryFill(Frame.HeaderBytes))
        {
            return false;
        }

        var length = Frame.ReadHeader(_buffer);
        if (length < 0)
        {
            throw new InvalidDataException($"a frame of more than {Frame.MaxBodyBytes} bytes");
        }

        _read = Frame.HeaderBytes + length;
        TryFill(_read);
        body = _buffer.AsSpan(Frame.HeaderBytes, length);
        return true;
    }

    /// <summary>The frame that was read last is done with.</summary>
    public void Drop()
    {
        _filled -= _read;
        if (_filled == 0 && _buffer.Length > UsualBytes)
        {
            _buffer = new byte[UsualBytes];
        }
        else if (_filled > 0)
        {
            _buffer.AsSpan(_read, _filled).CopyTo(_buffer);
        }

        _read = 0;
    }

    /// <summary>Sends a reply as one frame.</summary>
    public void Write(Reply reply)
    {
        var length = reply.CalculateSize();
        if (_reply.Length < Frame.HeaderBytes + length)
        {
            _reply = new byte[Frame.HeaderBytes + length];
        }

        Frame.WriteHeader(_reply, length);
        reply.WriteTo(_reply.AsSpan(Frame.HeaderBytes, length));
        var left = _reply.AsSpan(0, Frame.HeaderBytes + length);
        while (left.Length > 0)
        {
            left = left[socket.Send(left)..];
        }
    }

    /// <summary>Reads until so many bytes are there; false when the connection ends before the first.</summary>
    private bool TryFill(int bytes)
    {
        while (_filled < bytes)
        {
            // Room follows what has come, not what a header promises.
            if (_filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(2 * _filled, Frame.HeaderBytes + Frame.MaxBodyBytes));
            }

            Hurry();
            var read = Receive();
            if (read == 0)
            {
                return _filled == 0 ? false : throw new InvalidDataException("the connection ended inside a frame");
            }

            _filled += read;
        }

        return true;
    }

    private int Receive()
    {
        try
        {
            return socket.Receive(_buffer.AsSpan(_filled));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new InvalidDataException(NotInTime, e);
        }
    }

    // Between two frames there is all the time in the world; inside one a peer that stops would keep its thread for good.
    private void Hurry()
    {
        if (_filled == 0)
        {
            if (_hurried)
            {
                socket.ReceiveTimeout = 0;
                _hurried = false;
            }

            return;
        }

        var now = time.GetTimestamp();
        _begun = _begun == 0 ? now : _begun;
        var left = WholeWithin - time.GetElapsedTime(_begun, now);
        if (left <= TimeSpan.Zero)
        {
            throw new InvalidDataException(NotInTime);
        }

        socket.ReceiveTimeout = Math.Max(1, (int)left.TotalMilliseconds);
        _hurried = true;
    }
}
