using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>Asks a controller's sidecar how things stand: gRPC over TLS, as a login node would.</summary>
/// <param name="address">Where every sidecar is looked for; null for the host of the target.</param>
/// <param name="time">The clock.</param>
internal sealed class SidecarInquiry(DnsEndPoint? address, TimeProvider time)
{
    /// <summary>For whom it asks: what concerns one user is not asked.</summary>
    private const string Nobody = "65534";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<Observation> AskAsync(SidecarTarget target, CancellationToken cancellation)
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPem(target.Authorities);
            return await AskAsync(target, trusted, cancellation);
        }
        finally
        {
            // What OpenSSL holds for them the collector does not see, and a thousand sidecars are asked every half minute.
            foreach (var certificate in trusted)
            {
                certificate.Dispose();
            }
        }
    }

    private async Task<Observation> AskAsync(SidecarTarget target, X509Certificate2Collection trusted, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = Patience,
            ConnectCallback = (context, stop) => ConnectAsync(address ?? context.DnsEndPoint, stop),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        using var channel = GrpcChannel.ForAddress(
            new UriBuilder(Uri.UriSchemeHttps, target.Host, target.Port).Uri,
            new GrpcChannelOptions { HttpHandler = handler, MaxRetryAttempts = 1 }
        );
        var metadata = new Metadata { { "authorization", $"Bearer {target.Token}" }, { "slurm-banking-uid", Nobody } };
        try
        {
            var options = new CallOptions(metadata, (time.GetUtcNow() + Patience).UtcDateTime, cancellation);
            return new Observation(await new Banking.BankingClient(channel).StatusAsync(new StatusRequest(), options), "");
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            return new Observation(null, Explain(e));
        }
    }

    // The sentence goes into a status, where one that changes with every attempt would be written with every attempt.
    private static string Explain(RpcException e) =>
        (e.StatusCode, e.Status.DebugException?.GetBaseException()) switch
        {
            (StatusCode.DeadlineExceeded, _) => Conditions.NoAnswer(Patience.TotalSeconds),
            (StatusCode.Unauthenticated, _) => Conditions.UnknownToken,
            (StatusCode.PermissionDenied, _) => Conditions.WrongScope,
            (_, SocketException socket) => socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => Conditions.NothingListens,
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => Conditions.NoAddress,
                _ => socket.Message,
            },
            (_, System.Security.Authentication.AuthenticationException) => Conditions.StrangeCertificate,
            (_, { } cause) => cause.Message,
            _ => e.Status.Detail,
        };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endpoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
