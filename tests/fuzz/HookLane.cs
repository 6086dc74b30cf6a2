using System.Diagnostics;
using System.Net.Sockets;
using Google.Protobuf;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>One after another, sessions of the plugin socket; whatever comes back must be replies.</summary>
internal sealed class HookLane(string path, Random random) : IDisposable
{
    private const int PatienceMs = 30_000;
    private const int MaxLingering = 48;
    private readonly FrameDice _dice = new(random);
    private readonly Queue<Socket> _lingering = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    public long Replies { get; private set; }

    /// <summary>One session.</summary>
    /// <returns>Frames that it was made of.</returns>
    public int Run()
    {
        var (bytes, frames) = _dice.Session();
        var socket = Connect(path);
        var gone = !Send(socket, bytes);
        switch (random.Next(16))
        {
            case 0:
                // Away without reading.
                socket.Dispose();
                return frames;
            case 1:
                // Half open: neither more nor an end, until others take its place.
                _lingering.Enqueue(socket);
                while (_lingering.Count > MaxLingering)
                {
                    _lingering.Dequeue().Dispose();
                }

                return frames;
            default:
                using (socket)
                {
                    if (!gone)
                    {
                        TryEnd(socket);
                    }

                    ReadToEnd(socket, frames + 1);
                    return frames;
                }
        }
    }

    public void Dispose()
    {
        while (_lingering.TryDequeue(out var socket))
        {
            socket.Dispose();
        }
    }

    /// <summary>A hello and a submission of one CPU for an hour at 1 SU.</summary>
    public static Verdict Submit(string path, string holdId)
    {
        using var socket = Connect(path);
        var submission = new Submission
        {
            HoldId = holdId,
            Uid = 1000,
            Account = "fc_abc",
            NumTasks = 1,
            TimeLimitMinutes = 60,
        };
        socket.Send(FrameDice.Framed(new FrameDice(new Random(0)).Hello().ToByteArray()));
        Assert.NotNull(Receive(socket).Welcome);
        socket.Send(FrameDice.Framed(new Request { Submission = submission }.ToByteArray()));
        return Receive(socket).Verdict;
    }

    private static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = PatienceMs,
            SendTimeout = PatienceMs,
        };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static Reply Receive(Socket socket)
    {
        var bytes = new byte[4096];
        var filled = 0;
        while (filled < Frame.HeaderBytes || filled < Frame.HeaderBytes + Frame.ReadHeader(bytes))
        {
            var read = socket.Receive(bytes.AsSpan(filled));
            Assert.NotEqual(0, read);
            filled += read;
        }

        return Reply.Parser.ParseFrom(bytes, Frame.HeaderBytes, filled - Frame.HeaderBytes);
    }

    private bool Send(Socket socket, byte[] bytes)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            // In one go, or in pieces that respect no frame.
            var pieces = random.Next(4) == 0 ? random.Next(2, 9) : 1;
            for (var sent = 0; sent < bytes.Length; )
            {
                var length = pieces == 1 ? bytes.Length - sent : Math.Min(bytes.Length - sent, random.Next(1, (bytes.Length / pieces) + 2));
                sent += socket.Send(bytes.AsSpan(sent, length));
            }

            return true;
        }
        catch (SocketException) when (Stopwatch.GetElapsedTime(began).TotalMilliseconds < PatienceMs)
        {
            return false;
        }
    }

    private static void TryEnd(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It was sent away meanwhile.
        }
    }

    private void ReadToEnd(Socket socket, int most)
    {
        var filled = 0;
        for (var replies = 0; ; )
        {
            int read;
            try
            {
                read = socket.Receive(_buffer.AsSpan(filled));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                return;
            }

            if (read == 0)
            {
                Assert.Equal(0, filled);
                return;
            }

            filled += read;
            var at = 0;
            while (
                filled - at >= Frame.HeaderBytes
                && Frame.ReadHeader(_buffer.AsSpan(at)) is var length
                && filled - at >= Frame.HeaderBytes + length
            )
            {
                var reply = Reply.Parser.ParseFrom(_buffer, at + Frame.HeaderBytes, length);
                Assert.NotEqual(Reply.BodyOneofCase.None, reply.BodyCase);
                at += Frame.HeaderBytes + length;
                replies++;
                Replies++;
            }

            // Flipped bits may have made more frames of what were fewer, but none so many.
            Assert.InRange(replies, 0, most * 300);
            filled -= at;
            _buffer.AsSpan(at, filled).CopyTo(_buffer);
        }
    }
}
