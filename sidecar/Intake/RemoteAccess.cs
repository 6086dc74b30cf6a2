using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Opens the TCP port of a controller's sidecar, where one is wanted.</summary>
internal static class RemoteAccess
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds tokens, certificate and listener. Without a port nobody has a token.</summary>
    public static void Add(WebApplicationBuilder builder, RemotePort? port)
    {
        builder.Services.AddSingleton(provider =>
        {
            var logger = provider.GetRequiredService<ILogger<TokenList>>();
            var tokens = new AccessTokens(new TokenList(port?.NodeTokensFile, logger), new TokenList(port?.LoginTokensFile, logger));
            tokens.Refresh();
            return tokens;
        });
        if (port is null)
        {
            return;
        }

        builder.Services.AddSingleton(port).AddSingleton<CertificateStore>().AddHostedService<CredentialWatcher>();
        var endpoint = SidecarApplication.FreeEndpoint(port.Endpoint);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (endpoint is null)
            {
                Log.PortUnavailable(kestrel.ApplicationServices.GetRequiredService<ILogger<CertificateStore>>(), port.Endpoint);
                return;
            }

            var certificate = kestrel.ApplicationServices.GetRequiredService<CertificateStore>();
            certificate.Refresh();
            kestrel.Listen(
                endpoint,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseHttps(
                        new TlsHandshakeCallbackOptions
                        {
                            OnConnection = _ => ValueTask.FromResult(certificate.Current),
                            HandshakeTimeout = HandshakeTimeout,
                        }
                    );
                }
            );
        });
    }

    /// <summary>Over TLS there is gRPC alone: metrics and HTTP health have a port of their own.</summary>
    public static void Guard(WebApplication app) =>
        app.Use(
            static (context, next) =>
            {
                if (
                    context.Features.Get<ITlsHandshakeFeature>() is null
                    || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
                )
                {
                    return next(context);
                }

                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
}
