using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Sidecar.Tests.Executable;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Wire.Banking;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>A controller and a node on one machine, each a process of its own, TLS and tokens between them.</summary>
internal sealed partial class Site : IDisposable
{
    public const string NodeToken = "canary-node-8db1b2bf1c1f";
    public const string NextNodeToken = "canary-node-next-0c51a7";
    public const string LoginToken = "canary-login-5fa7d34e11";

    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-");
    private readonly List<RunningSidecar> _sidecars = [];
    private readonly List<GrpcChannel> _channels = [];

    public Site()
    {
        // Other users come along in some tests.
        File.SetUnixFileMode(_directory.FullName, Everybody);
        Write("bank-config.toml", "API.url = \"http://127.0.0.1:9/api\"\nAPI.token = \"t\"\nSidecar.cluster = \"savio\"\n");
        Write("node-tokens", NodeToken + "\n");
        Write("login-tokens", LoginToken + "\n");
        Write("node-token", NodeToken + "\n");
        Write("login-token", LoginToken + "\n");
        Write("ca.crt", Ca.Pem);
        Show(Ca.Issue());
    }

    public Authority Ca { get; } = new("first");

    public int Port { get; } = SidecarProcess.FreePort();

    public string NodeHooks => In("node-run", "sidecar.sock");

    public string NodeApi => In("node-run", "api.sock");

    public string NodeDatabase => In("node-state", "starts.db");

    public string In(params string[] names) => Path.Combine([_directory.FullName, .. names]);

    public void Write(string name, string text) => File.WriteAllText(In(name), text);

    /// <summary>Puts the controller's certificate and key in place.</summary>
    public void Show((string Certificate, string Key) pair)
    {
        Write("tls.key", pair.Key);
        Write("tls.crt", pair.Certificate);
    }

    public async Task<RunningSidecar> ControllerAsync()
    {
        var sidecar = Start(
            "controller",
            ["--config", In("bank-config.toml"), "--listen", $"127.0.0.1:{Port}", "--tls-cert", In("tls.crt"), "--tls-key", In("tls.key")],
            ["--node-tokens", In("node-tokens"), "--login-tokens", In("login-tokens")]
        );
        await sidecar.UntilUpAsync();
        return sidecar;
    }

    public async Task<RunningSidecar> NodeAsync(bool login = false)
    {
        var sidecar = Start(
            "node",
            ["--controller", $"https://localhost:{Port}", "--ca", In("ca.crt"), "--token", In("node-token")],
            login ? ["--login-token", In("login-token")] : []
        );
        await sidecar.UntilUpAsync();
        return sidecar;
    }

    /// <summary>As slurmstepd does it.</summary>
    public Reply Report(params IEnumerable<int> jobs)
    {
        using var plugin = new Plugin(NodeHooks);
        var reply = plugin.Ask(
            new Request
            {
                Hello = new Hello { Protocol = 1, Hook = Hook.Spank },
            }
        );
        Assert.True(reply.Welcome.Enabled);
        foreach (var job in jobs)
        {
            reply = plugin.Ask(
                new Request
                {
                    Start = new Start
                    {
                        JobId = (uint)job,
                        Uid = 1000,
                        Node = "n1",
                        Time = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                    },
                }
            );
            Assert.NotNull(reply.Receipt);
        }

        return reply;
    }

    /// <summary>The jobs whose start a controller has heard of.</summary>
    public static HashSet<int> Heard(RunningSidecar controller) =>
        [.. StartLine().Matches(controller.Output).Select(static match => int.Parse(match.Groups["job"].Value))];

    public static Task UntilHeardAsync(RunningSidecar controller, IEnumerable<int> jobs) =>
        Until.TrueAsync(() => Task.FromResult(Heard(controller).SetEquals(jobs)), () => controller.Output);

    /// <summary>The controller's TCP port, by a client that trusts a CA.</summary>
    public GrpcChannel Remote(Authority? ca = null) =>
        Channel($"https://localhost:{Port}", new SocketsHttpHandler { SslOptions = Trusting((ca ?? Ca).Pem) });

    /// <summary>A Unix socket, as this process's user.</summary>
    public GrpcChannel Local(string path) =>
        Channel(
            "http://localhost",
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellation) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );

    public async Task<StatusReply> NodeStatusAsync() => await new Banking.BankingClient(Local(NodeApi)).StatusAsync(new StatusRequest());

    public static Metadata Bearing(string token, uint? uid = null)
    {
        var metadata = new Metadata { { "authorization", $"Bearer {token}" } };
        if (uid is { } stated)
        {
            metadata.Add("slurm-banking-uid", stated.ToString());
        }

        return metadata;
    }

    public static SslClientAuthenticationOptions Trusting(string pem) =>
        new()
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                chain.ChainPolicy.CustomTrustStore.ImportFromPem(pem);
                return !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && chain.Build((X509Certificate2)certificate!);
            },
        };

    public void Dispose()
    {
        _channels.ForEach(static channel => channel.Dispose());
        _sidecars.ForEach(static sidecar => sidecar.Dispose());
        _directory.Delete(recursive: true);
        Ca.Dispose();

        // Whatever a test is about, no process may ever say a token.
        Assert.All(_sidecars, static sidecar => Assert.DoesNotContain("canary", sidecar.Output, StringComparison.Ordinal));
    }

    private GrpcChannel Channel(string address, SocketsHttpHandler handler)
    {
        handler.UseProxy = false;
        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel;
    }

    private RunningSidecar Start(string role, string[] arguments, string[] more)
    {
        Directory.CreateDirectory(In($"{role}-spool"));
        string[] common =
        [
            "--role",
            role,
            "--state",
            In($"{role}-state"),
            "--runtime-dir",
            In($"{role}-run"),
            "--spool",
            In($"{role}-spool"),
        ];
        var sidecar = new RunningSidecar([.. common, .. arguments, .. more]);
        _sidecars.Add(sidecar);
        return sidecar;
    }

    [GeneratedRegex("node n1 reports that job (?<job>[0-9]+) started", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StartLine();
}
