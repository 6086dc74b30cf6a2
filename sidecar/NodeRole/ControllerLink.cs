using System.Globalization;
using System.Security.Authentication;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>Calls to the controller's sidecar: gRPC over TLS, with the token that its file holds at the moment.</summary>
internal sealed class ControllerLink : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly ControllerTrust _trust;
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;

    public ControllerLink(NodeOptions options, TimeProvider time)
    {
        _time = time;
        _trust = new ControllerTrust(options.CaFile);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,

            // Ten thousand nodes hold few connections, each of which takes the controller some 60 kB, and a new certificate is met within
            // minutes.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _trust.IsTrusted(certificate, chain, errors),
            },
        };

        // Who waits for how long is the callers' decision: the channel itself tries at once, and once.
        _channel = GrpcChannel.ForAddress(
            options.Controller,
            new GrpcChannelOptions
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                MaxRetryAttempts = 1,
                MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
                MaxReceiveMessageSize = 4 << 20,
            }
        );
        Facts = new Facts.FactsClient(_channel);
        Banking = new Banking.BankingClient(_channel);
    }

    public Facts.FactsClient Facts { get; }

    public Banking.BankingClient Banking { get; }

    /// <summary>One call, without a second attempt.</summary>
    /// <param name="call">Starts it.</param>
    /// <param name="tokenFile">Holds the token.</param>
    /// <param name="uid">For whom, under a login token.</param>
    /// <param name="patience">Longest wait for the answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RpcException">There is no good answer; the status' detail says why, for people, and holds no token.</exception>
    public async Task<T> AskAsync<T>(
        Func<CallOptions, AsyncUnaryCall<T>> call,
        string tokenFile,
        uint? uid,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var metadata = new Metadata { { "authorization", CallerInterceptor.Bearer + Token(tokenFile) } };
        if (uid is { } user)
        {
            metadata.Add(CallerInterceptor.UidKey, user.ToString(CultureInfo.InvariantCulture));
        }

        try
        {
            using var started = call(new CallOptions(metadata, (_time.GetUtcNow() + patience).UtcDateTime, cancellation));
            return await started;
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcException(new Status(e.StatusCode, Explain(e), e));
        }
    }

    public void Dispose() => _channel.Dispose();

    // What the controller said is for people as it is; what went wrong on the way has its cause at the bottom.
    private string Explain(RpcException e) =>
        (e.StatusCode, e.Status.DebugException?.GetBaseException()) switch
        {
            (StatusCode.DeadlineExceeded, _) => Problems.NoAnswerInTime,
            (StatusCode.Unauthenticated, null) => Problems.TokenNotAccepted(e.Status.Detail),
            (_, null) => e.Status.Detail,
            (_, AuthenticationException) when _trust.Problem.Length > 0 => _trust.Problem,
            (_, { } cause) => cause.Message,
        };

    private static string Token(string file)
    {
        try
        {
            var token = File.ReadLines(file).Select(static line => line.Trim()).FirstOrDefault(static line => line.Length > 0) ?? "";

            // Anything else would not be a header, and the error would quote it.
            return token.Length > 0 && token.All(static c => c is > ' ' and < '\x7f')
                ? token
                : throw new RpcException(new Status(StatusCode.Unauthenticated, Problems.NoTokenIn(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, Problems.TokenUnreadable(e.Message)));
        }
    }
}
