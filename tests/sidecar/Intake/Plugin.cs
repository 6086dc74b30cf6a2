using System.Net.Sockets;
using Google.Protobuf;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>A plugin's end of the socket.</summary>
internal sealed class Plugin : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    public Plugin(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    public Reply Ask(Request request)
    {
        Send(Framed(request.ToByteArray()));
        return Receive() ?? throw new InvalidOperationException("the connection was closed");
    }

    public void Send(byte[] bytes) => _socket.Send(bytes);

    public void End() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next reply; null when the connection has been closed.</summary>
    public Reply? Receive()
    {
        var header = new byte[Frame.HeaderBytes];
        if (!Fill(header))
        {
            return null;
        }

        var body = new byte[Frame.ReadHeader(header)];
        return Fill(body) ? Reply.Parser.ParseFrom(body) : null;
    }

    public void Dispose() => _socket.Dispose();

    public static byte[] Framed(byte[] body)
    {
        var frame = new byte[Frame.HeaderBytes + body.Length];
        Frame.WriteHeader(frame, body.Length);
        body.CopyTo(frame, Frame.HeaderBytes);
        return frame;
    }

    private bool Fill(byte[] buffer)
    {
        try
        {
            for (var filled = 0; filled < buffer.Length; )
            {
                var read = _socket.Receive(buffer.AsSpan(filled));
                if (read == 0)
                {
                    return false;
                }

                filled += read;
            }

            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
