using System.Collections.Concurrent;
using System.Net.Sockets;
using Google.Protobuf;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Peer;

/// <summary>
/// A sidecar that speaks the real protocol over a real socket and answers by a script: a function from request to the bytes
/// of a frame. No bytes: it stays silent (a frozen sidecar). Throwing <see cref="HangUpException"/> closes the connection.
/// </summary>
public sealed class ScriptedSidecar : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly Func<Request, byte[]> _script;
    private readonly byte[]? _unasked;
    private readonly string _path;

    /// <param name="path">Of its socket.</param>
    /// <param name="script">What it answers.</param>
    /// <param name="unasked">If given, it says this to whoever connects, hears nothing and hangs up.</param>
    public ScriptedSidecar(string path, Func<Request, byte[]> script, byte[]? unasked = null)
    {
        _path = path;
        _script = script;
        _unasked = unasked;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(8);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Everything that was asked, hellos too, in order.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    public static Welcome Welcome { get; } =
        new()
        {
            Protocol = 1,
            SubmissionDeadlineMs = 300,
            FactDeadlineMs = 100,
            WhenUnavailable = Fallback.Allow,
            Enabled = true,
        };

    /// <summary>A script that greets, and answers everything else with <paramref name="reply"/>.</summary>
    public static Func<Request, byte[]> Answering(Reply reply) => Answering(_ => FrameOf(reply));

    public static Func<Request, byte[]> Answering(Func<Request, byte[]> answer) => Greeting(Welcome, answer);

    public static Func<Request, byte[]> Greeting(Welcome welcome, Func<Request, byte[]> answer) =>
        request => request.BodyCase == Request.BodyOneofCase.Hello ? FrameOf(new Reply { Welcome = welcome }) : answer(request);

    /// <summary>One that turns everybody away before a word is said.</summary>
    public static ScriptedSidecar TurningAway(string path, Reply lastWord) => new(path, static _ => [], FrameOf(lastWord));

    public static byte[] FrameOf(Reply reply)
    {
        var frame = new byte[Frame.HeaderBytes + reply.CalculateSize()];
        Frame.WriteHeader(frame, frame.Length - Frame.HeaderBytes);
        reply.WriteTo(frame.AsSpan(Frame.HeaderBytes));
        return frame;
    }

    public void HangUpAll()
    {
        while (_connections.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        HangUpAll();
        File.Delete(_path);
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.Accept();
                if (_unasked is not null)
                {
                    connection.Send(_unasked);
                    connection.Dispose();
                    continue;
                }

                _connections.Add(connection);
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }

    private void Serve(Socket connection)
    {
        try
        {
            using var stream = new NetworkStream(connection);
            var header = new byte[Frame.HeaderBytes];
            while (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
            {
                var body = new byte[Frame.ReadHeader(header)];
                stream.ReadExactly(body);
                var request = Request.Parser.ParseFrom(body);
                Requests.Enqueue(request);
                stream.Write(_script(request));
            }
        }
        catch (HangUpException hangUp)
        {
            connection.Send(hangUp.LastBytes);
            connection.Dispose();
        }
        catch (IOException) { }
        catch (ObjectDisposedException) { }
    }
}
