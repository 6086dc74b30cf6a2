using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Asking;

/// <summary>The sidecar on this host: gRPC on its Unix socket (spec/banking.proto). Who asks, the kernel tells it.</summary>
internal sealed class Sidecar : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _socket;
    private readonly GrpcChannel _channel;
    private readonly Banking.BankingClient _client;

    /// <param name="socket">Path of the socket.</param>
    public Sidecar(string socket)
    {
        _socket = socket;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync };
        _channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                MaxRetryAttempts = 1,
                MaxReceiveMessageSize = 64 << 20,
            }
        );
        _client = new Banking.BankingClient(_channel);
    }

    /// <summary>Asks one question.</summary>
    /// <exception cref="SbankException">There is no good answer; its message says why.</exception>
    public async Task<T> AskAsync<T>(Func<Banking.BankingClient, CallOptions, AsyncUnaryCall<T>> ask, CancellationToken cancellation)
    {
        try
        {
            using var call = ask(
                _client,
                new CallOptions(deadline: DateTime.SpecifyKind(Deadline(), DateTimeKind.Utc), cancellationToken: cancellation)
            );
            return await call;
        }
        catch (RpcException e)
        {
            throw Explain(e);
        }
    }

    /// <summary>Asks for what comes piece by piece; it may take long.</summary>
    /// <exception cref="SbankException">As for <see cref="AskAsync"/>.</exception>
    public async Task StreamAsync<T>(
        Func<Banking.BankingClient, CallOptions, AsyncServerStreamingCall<T>> ask,
        Action<T> take,
        CancellationToken cancellation
    )
    {
        try
        {
            using var call = ask(_client, new CallOptions(cancellationToken: cancellation));
            await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellation))
            {
                take(piece);
            }
        }
        catch (RpcException e)
        {
            throw Explain(e);
        }
    }

    public void Dispose() => _channel.Dispose();

    private static DateTime Deadline() => (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What the sidecar says is for people as it is; what went wrong on the way has its cause at the bottom.
    private SbankException Explain(RpcException e) =>
        (e.StatusCode, e.Status.DebugException?.GetBaseException()) switch
        {
            (StatusCode.InvalidArgument, _) => new(ExitCode.Misused, e.Status.Detail),
            (StatusCode.PermissionDenied or StatusCode.Unauthenticated, _) => new(
                ExitCode.NotPermitted,
                Failures.NotForYou(e.Status.Detail, $"{Users.Own}")
            ),
            (StatusCode.Unimplemented, _) => new(ExitCode.NotPermitted, Failures.NotHere),
            (StatusCode.Cancelled, _) => new(ExitCode.Unavailable, Failures.Interrupted),
            (_, SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.ConnectionRefused }) => Absent(),
            (_, SocketException { SocketErrorCode: SocketError.AccessDenied }) => new(
                ExitCode.NotPermitted,
                Failures.SocketClosed(_socket, $"{Users.Own}")
            ),
            (StatusCode.DeadlineExceeded, _) => new(ExitCode.Unavailable, Failures.NoAnswer(_socket, Patience.TotalSeconds)),
            (_, null) => new(ExitCode.Unavailable, e.Status.Detail),
            (_, { } cause) => new(ExitCode.Unavailable, Failures.SidecarFails(_socket, cause.Message)),
        };

    private SbankException Absent() => new(ExitCode.Unavailable, Failures.NoSidecar(_socket));
}
