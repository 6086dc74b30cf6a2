using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using k8s;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// A year of an operator, which sees another time than everybody else: its credentials and its webhook's certificate are
/// exchanged, and at no step does a side that has not heard of the last one stand before a closed door. A real sidecar takes
/// the tokens, the real API server trusts the webhook, both by the real clock.
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class RotationTests(ApiServerFixture server)
{
    /// <summary>The first CA and the first tokens, so long ago that all have a successor to get.</summary>
    private static readonly TimeSpan First = -TimeSpan.FromDays(365) - TimeSpan.FromMinutes(65);

    /// <summary>The successors are made, and accepted.</summary>
    private static readonly TimeSpan Accepted = -TimeSpan.FromMinutes(50);

    /// <summary>Ten minutes and more later everybody must have them: they are presented.</summary>
    private static readonly TimeSpan Presented = -TimeSpan.FromMinutes(35);

    /// <summary>A day later the old ones are forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    [Fact]
    public async Task Old_and_new_are_good_until_both_sides_have_the_new_one()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.SetAsync(server);
        await server.KubectlAsync("delete", "secret", "slurm-banking-operator-webhook", "-n", Stage.Home, "--ignore-not-found");
        var webhook = $"https://127.0.0.1:{Ports.Free()}/validate";
        var directory = server.In(server.UniqueName("pod"));
        var (config, credentials) = (
            new MountedVolume(Path.Combine(directory, "config")),
            new MountedVolume(Path.Combine(directory, "credentials"))
        );
        (await stage.ApplyAsync("savio", static spec => spec["api"]!["url"] = "http://127.0.0.1:9/api")).Must();

        async Task<Seen> AtAsync(TimeSpan ahead)
        {
            stage.Ahead = ahead;
            // In clear: the API server's certificate is not a year old.
            var op = await stage.StartAsync(proxy.Url, "--webhook-url", webhook);
            await op.UntilReadyAsync();
            await Until.TrueAsync(
                async () => await op.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=\"done\"") >= 1,
                "it has looked",
                otherwise: () => op.Tail(10)
            );
            await op.UntilSaidAsync("webhook certificate CN=127.0.0.1 is in force");
            var seen = await SeenAsync(stage);
            credentials.Update((await stage.SecretAsync("savio-controller"))!.Data);
            return seen;
        }

        var first = await AtAsync(First);
        Assert.Equal((1, 1, 1, 1), first.Counts);
        Assert.Equal(first.NodeTokens[0], first.NodeToken);
        await stage.Operator.TerminateAsync();

        // Accepted: who has seen nothing yet shows and trusts what it always did.
        var accepted = await AtAsync(Accepted);
        Assert.Equal((2, 2, 2, 2), accepted.Counts);
        Assert.Equal((first.NodeToken, first.LoginToken), (accepted.NodeToken, accepted.LoginToken));
        Assert.Equal(first.NodeToken, accepted.NodeTokens[0]);
        Assert.Equal(first.Authorities[0], accepted.Authorities[0]);
        config.Update((await stage.ConfigMapAsync(OwnedNames.BankConfig("savio")))!.Data);
        await using var sidecar = ControllerSidecar.Start(
            new ControllerFiles(
                config.In("bank-config.toml"),
                credentials.In("tls.crt"),
                credentials.In("tls.key"),
                credentials.In("node-tokens"),
                credentials.In("login-tokens")
            )
        );
        var (old, next) = (first, accepted with { NodeToken = accepted.NodeTokens[1], LoginToken = accepted.LoginTokens[1] });
        foreach (var trusted in new[] { first, accepted })
        {
            await UntilTakesAsync(StatusCode.OK, sidecar, stage, old, trusted);
            await UntilTakesAsync(StatusCode.OK, sidecar, stage, next, trusted);
        }

        await RefusesAsync(stage);
        await stage.Operator.TerminateAsync();

        // Presented: who shows the new one is known, and who still trusts what was there before can check the certificate.
        var presented = await AtAsync(Presented);
        Assert.Equal((2, 2, 2, 2), presented.Counts);
        Assert.Equal((next.NodeToken, next.LoginToken), (presented.NodeToken, presented.LoginToken));
        Assert.NotEqual(accepted.ServerCertificate, presented.ServerCertificate);
        await Until.TrueAsync(
            async () => await ShownAsync(sidecar) == presented.ServerCertificate,
            "the sidecar shows the new certificate",
            otherwise: () => sidecar.Tail(10)
        );
        foreach (var shown in new[] { old, presented })
        {
            await UntilTakesAsync(StatusCode.OK, sidecar, stage, shown, accepted);
            await UntilTakesAsync(StatusCode.OK, sidecar, stage, shown, presented);
        }

        // The first CA alone did not sign this one.
        await UntilTakesAsync(StatusCode.Unavailable, sidecar, stage, presented, first);
        await RefusesAsync(stage);
        await stage.Operator.TerminateAsync();

        // Forgotten.
        var forgotten = await AtAsync(Forgotten);
        Assert.Equal((1, 1, 1, 1), forgotten.Counts);
        Assert.Equal((presented.NodeToken, presented.LoginToken), (forgotten.NodeToken, forgotten.LoginToken));
        Assert.Equal(presented.ServerCertificate, forgotten.ServerCertificate);
        Assert.Equal([accepted.Authorities[1]], forgotten.Authorities);
        await UntilTakesAsync(StatusCode.Unauthenticated, sidecar, stage, old, forgotten);
        await UntilTakesAsync(StatusCode.OK, sidecar, stage, forgotten, forgotten);
        await RefusesAsync(stage);
    }

    /// <summary>The real API server trusts the webhook by caBundle, and passes its words on.</summary>
    private static async Task RefusesAsync(Stage stage)
    {
        await Until.TrueAsync(
            async () =>
            {
                var answer = await stage.ApplyAsync("probe", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "31d" });
                return !answer.Succeeded && answer.Error.Contains("spec.policy.cachedFor: must lie between", StringComparison.Ordinal);
            },
            "the API server asks the webhook"
        );
    }

    // As a node does, and as a login node does; both have to come out the same.
    private static Task UntilTakesAsync(StatusCode expected, ControllerSidecar sidecar, Stage stage, Seen shown, Seen trusted) =>
        Until.EqualAsync(
            (expected, expected),
            async () =>
            {
                using var handler = new SocketsHttpHandler
                {
                    UseProxy = false,
                    SslOptions = Trusting(trusted.Authorities),
                    ConnectCallback = async (_, stop) =>
                    {
                        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                        await socket.ConnectAsync("127.0.0.1", sidecar.Port, stop);
                        return new NetworkStream(socket, ownsSocket: true);
                    },
                };
                using var channel = GrpcChannel.ForAddress(
                    $"https://savio-sidecar.{stage.Namespace}.svc:{sidecar.Port}",
                    new GrpcChannelOptions { HttpHandler = handler }
                );
                var report = new ReportStartsRequest
                {
                    Starts =
                    {
                        new StartHint { JobId = 5, Node = "n0000" },
                    },
                };
                var asNode = await CodeAsync(
                    new Facts.FactsClient(channel).ReportStartsAsync(
                        report,
                        new Metadata { { "authorization", $"Bearer {shown.NodeToken}" } }
                    )
                );
                var asLogin = await CodeAsync(
                    new Banking.BankingClient(channel).StatusAsync(
                        new StatusRequest(),
                        new Metadata { { "authorization", $"Bearer {shown.LoginToken}" }, { "slurm-banking-uid", "1000" } }
                    )
                );
                return (asNode, asLogin);
            },
            "the sidecar's answer to node and login",
            otherwise: () => sidecar.Tail(10)
        );

    private static async Task<StatusCode> CodeAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            // A handshake that fails is told as an internal error or as nobody there, depending on who noticed first.
            return e.StatusCode == StatusCode.Internal ? StatusCode.Unavailable : e.StatusCode;
        }
    }

    private static async Task<string> ShownAsync(ControllerSidecar sidecar)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", sidecar.Port);
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, static (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync("savio");
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData()).Thumbprint;
    }

    private static SslClientAuthenticationOptions Trusting(IEnumerable<string> authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var authority in authorities)
        {
            policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority));
        }

        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private async Task<Seen> SeenAsync(Stage stage)
    {
        var (controller, node, login) = (
            (await stage.SecretAsync("savio-controller"))!.Data,
            (await stage.SecretAsync("savio-node"))!.Data,
            (await stage.SecretAsync("savio-login"))!.Data
        );
        Assert.Equal(node["ca.crt"], login["ca.crt"]);
        var bundle = (await server.Admin.AdmissionregistrationV1.ReadValidatingWebhookConfigurationAsync("slurm-banking-operator"))
            .Webhooks[0]
            .ClientConfig
            .CaBundle;
        using var shown = X509Certificate2.CreateFromPem(Text(controller["tls.crt"]));
        return new Seen(
            Lines(controller["node-tokens"]),
            Text(node["node-token"]).Trim(),
            Lines(controller["login-tokens"]),
            Text(login["login-token"]).Trim(),
            Certificates(node["ca.crt"]),
            shown.Thumbprint,
            Certificates(bundle)
        );
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static string[] Lines(byte[] bytes) => Text(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Certificates(byte[] bytes)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Text(bytes));
        return [.. all.Select(static certificate => certificate.ExportCertificatePem())];
    }

    /// <summary>What everybody has been given at one time.</summary>
    private sealed record Seen(
        string[] NodeTokens,
        string NodeToken,
        string[] LoginTokens,
        string LoginToken,
        string[] Authorities,
        string ServerCertificate,
        string[] Bundle
    )
    {
        public (int Nodes, int Logins, int Authorities, int Bundle) Counts =>
            (NodeTokens.Length, LoginTokens.Length, Authorities.Length, Bundle.Length);
    }
}
