using System.Net.Sockets;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// The plugins' socket: a blocking thread per connection, which answers faster than any event loop. Connections are few: two
/// of slurmctld, and one for a moment from each starting job.
/// </summary>
internal sealed class HookServer : IHostedService, IDisposable
{
    private const int MaxConnections = 1024;
    private const int Backlog = 512;
    private const int AcceptRetryMs = 100;

    /// <summary>A reply that the peer does not read.</summary>
    private const int SendTimeoutMs = 5000;

    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    private readonly SidecarPaths _paths;
    private readonly IHookDesk _desk;
    private readonly SidecarMetrics _metrics;
    private readonly ILogger<HookServer> _logger;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Lock _gate = new();
    private readonly HookConnections _connections = new(MaxConnections);
    private readonly HashSet<uint> _reported = [];
    private readonly TimeProvider _time;
    private Welcome? _told;
    private volatile bool _stopping;

    public HookServer(SidecarPaths paths, IHookDesk desk, SidecarMetrics metrics, TimeProvider time, ILogger<HookServer> logger)
    {
        (_paths, _desk, _metrics, _time, _logger) = (paths, desk, metrics, time, logger);
        _desk.TermsChanged += TellPlugins;
    }

    /// <summary>
    /// Listens from now on. The host does so before it has made what it serves people with: whoever submits a job meanwhile is answered.
    /// </summary>
    public void Open()
    {
        // The state directory's lock is held by now, so a socket that is there was left by a process that is gone.
        File.Delete(_paths.HookSocket);
        _listener.Bind(new UnixDomainSocketEndPoint(_paths.HookSocket));

        // Anybody may connect; the peer's uid decides what they may do.
        File.SetUnixFileMode(_paths.HookSocket, SocketMode);
        _listener.Listen(Backlog);
        TellPlugins();
        new Thread(Accept) { IsBackground = true, Name = "hooks" }.Start();
        Log.Listening(_logger, ThisAssembly.Version, _desk.Serves, _paths.HookSocket);
    }

    /// <summary>It listens already.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        _listener.Close();
        File.Delete(_paths.HookSocket);
        _connections.CloseAll();
        return Task.CompletedTask;
    }

    public void Dispose() => _listener.Dispose();

    // Deadlines, and what plugins do when they can't ask, are told with the welcome; the latter is kept in a file as well, for
    // one that starts without us. After a change they are sent away, and learn it when they connect for their next request.
    private void TellPlugins()
    {
        var terms = _desk.Terms(Hook.JobSubmit);
        if (terms.WhenUnavailable != Fallback.Unspecified)
        {
            KeepFallback(terms.WhenUnavailable == Fallback.Deny ? "deny\n" : "allow\n");
        }

        if (_told is not null && !_told.Equals(terms))
        {
            _connections.CloseAll();
        }

        _told = terms;
    }

    private void KeepFallback(string word)
    {
        try
        {
            var next = _paths.FallbackFile + ".next";
            File.WriteAllText(next, word);
            File.Move(next, _paths.FallbackFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RequestFailed(_logger, e);
        }
    }

    // Any local user can come again and again: the log hears of each once, the metrics count.
    private bool IsNews(uint uid)
    {
        lock (_gate)
        {
            return _reported.Add(uid);
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = _listener.Accept();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                if (_stopping)
                {
                    return;
                }

                // Out of descriptors, most likely: those who wait in the backlog are served when some are free again.
                Log.RequestFailed(_logger, e);
                Thread.Sleep(AcceptRetryMs);
                continue;
            }

            Admit(connection);
        }
    }

    // Strangers are turned away here: they take neither a thread nor a place.
    private void Admit(Socket socket)
    {
        var connection = new HookConnection(socket) { LastAsked = _time.GetTimestamp() };
        try
        {
            socket.SendTimeout = SendTimeoutMs;
            var uid = PeerCredentials.UidOf(socket);
            if (_desk.RefusalOf(uid) is { } refusal)
            {
                TurnAway(socket, uid, refusal);
                return;
            }

            if (!_connections.Add(connection))
            {
                Log.ConnectionsFull(_logger, MaxConnections);
            }

            new Thread(() => Serve(connection, uid), maxStackSize: 256 * 1024) { IsBackground = true, Name = "hook" }.Start();
        }
        catch (Exception e)
        {
            // The peer is gone already, or there is no memory for one more thread; the next is served all the same.
            if (e is not SocketException)
            {
                Log.RequestFailed(_logger, e);
            }

            _connections.Remove(connection);
            socket.Dispose();
        }
    }

    private void TurnAway(Socket socket, uint uid, string refusal)
    {
        using (socket)
        {
            _metrics.Unauthorized();
            if (IsNews(uid))
            {
                Log.NotAuthorized(_logger, uid);
            }

            // Into the empty buffer of a new connection: this never waits.
            new FrameStream(socket, _time).Write(HookDesk.Reject(Rejection.Types.Reason.NotAuthorized, refusal));
        }
    }

    private void Serve(HookConnection connection, uint uid)
    {
        try
        {
            var session = new HookSession(connection, _desk, _metrics, _time);
            while (session.AnswerNext())
            {
                // What is to be done has been done.
            }
        }
        catch (InvalidDataException e)
        {
            _metrics.BadFrame();
            if (IsNews(uid))
            {
                Log.BadFrame(_logger, uid, e.Message);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer is gone, or the connection was closed to make it ask anew.
        }
        catch (Exception e)
        {
            // An exception that left this thread would end the process.
            Log.RequestFailed(_logger, e);
        }
        finally
        {
            _connections.Remove(connection);
            connection.Socket.Dispose();
        }
    }
}
