using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>etcd, kube-apiserver and kube-controller-manager on 127.0.0.1, with a directory and a CA of their own.</summary>
internal sealed class ControlPlane(string binaries, string directory, Authority authority) : IAsyncDisposable
{
    private const int Attempts = 4;

    // Ready within 6 s on an idle machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(15);

    private RunningProcess? _etcd;
    private RunningProcess? _server;
    private RunningProcess? _controllers;
    private HttpClient? _client;
    private Uri _etcdUrl = new("http://127.0.0.1");

    public Uri Url { get; private set; } = new("https://127.0.0.1");

    public KeyPair AdminCertificate { get; } = authority.IssueClient("admin", "system:masters");

    public RunningProcess Server => _server ?? throw new InvalidOperationException("kube-apiserver is not started");

    private string Pki => Path.Combine(directory, "pki");

    private IEnumerable<RunningProcess> Processes => new[] { _controllers, _server, _etcd }.OfType<RunningProcess>();

    public async Task StartAsync()
    {
        WriteCertificates();
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = Trusting(authority, AdminCertificate.Load()),
                ConnectTimeout = TimeSpan.FromSeconds(5),
            }
        )
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartEtcdAsync();
                Url = new Uri($"https://127.0.0.1:{Ports.Free()}");
                await StartServerAsync();
                await StartControllersAsync();
                return;
            }
            catch (PortTakenException) when (attempt < Attempts)
            {
                // Between looking for a free port and using it, somebody else took it.
                await StopAsync();
            }
        }
    }

    /// <summary>Starts kube-apiserver on its port and its data, and waits until it is ready.</summary>
    public async Task StartServerAsync()
    {
        string[] arguments =
        [
            $"--etcd-servers={_etcdUrl.ToString().TrimEnd('/')}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            $"--secure-port={Url.Port}",
            $"--tls-cert-file={Pki}/apiserver.crt",
            $"--tls-private-key-file={Pki}/apiserver.key",
            $"--client-ca-file={Pki}/ca.crt",
            "--authorization-mode=Node,RBAC",
            $"--service-account-key-file={Pki}/sa.pub",
            $"--service-account-signing-key-file={Pki}/sa.key",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--endpoint-reconciler-type=none",
            "--allow-privileged=true",
            $"--requestheader-client-ca-file={Pki}/ca.crt",
            "--requestheader-allowed-names=front-proxy",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            $"--proxy-client-cert-file={Pki}/front-proxy.crt",
            $"--proxy-client-key-file={Pki}/front-proxy.key",
        ];
        _server = Start("kube-apiserver", arguments);
        await UntilAnswersAsync(_server, new Uri(Url, "/readyz"));
    }

    /// <summary>SIGKILL to kube-apiserver.</summary>
    public async Task KillServerAsync()
    {
        var server = Server;
        _server = null;
        await KeepLogAsync(server);
        await server.DisposeAsync();
    }

    /// <summary>Trust in a CA alone, and our own certificate when there is one.</summary>
    public static SslClientAuthenticationOptions Trusting(Authority authority, X509Certificate2? own = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority.Certificate);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy, ClientCertificates = own is null ? [] : [own] };
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client?.Dispose();
    }

    /// <summary>What the processes have said last.</summary>
    public string Tail() => string.Join('\n', Processes.Select(static process => process.Tail()));

    private async Task StopAsync()
    {
        foreach (var process in Processes)
        {
            await KeepLogAsync(process);
            await process.DisposeAsync();
        }

        (_etcd, _server, _controllers) = (null, null, null);
        if (Directory.Exists(Path.Combine(directory, "etcd")))
        {
            Directory.Delete(Path.Combine(directory, "etcd"), recursive: true);
        }
    }

    private async Task StartEtcdAsync()
    {
        var data = Path.Combine(directory, "etcd");
        Directory.CreateDirectory(data, (UnixFileMode)0b111_000_000);
        _etcdUrl = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var (client, peer) = (_etcdUrl.ToString().TrimEnd('/'), $"http://127.0.0.1:{Ports.Free()}");
        _etcd = Start(
            "etcd",
            [
                $"--data-dir={data}",
                "--unsafe-no-fsync",
                $"--listen-client-urls={client}",
                $"--advertise-client-urls={client}",
                $"--listen-peer-urls={peer}",
                $"--initial-advertise-peer-urls={peer}",
                $"--initial-cluster=default={peer}",
            ]
        );
        await UntilAnswersAsync(_etcd, new Uri(_etcdUrl, "/health"));
    }

    // Without it no namespace finishes deletion, nothing is garbage-collected, and namespaces get no default ServiceAccount.
    private async Task StartControllersAsync()
    {
        var kubeconfig = Path.Combine(directory, "kcm.kubeconfig");
        var certificate = authority.IssueClient("system:kube-controller-manager");
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig.OfCertificate(Url, authority.CertificatePem, certificate));
        var port = Ports.Free();
        _controllers = Start(
            "kube-controller-manager",
            [
                $"--kubeconfig={kubeconfig}",
                $"--authentication-kubeconfig={kubeconfig}",
                $"--authorization-kubeconfig={kubeconfig}",
                "--bind-address=127.0.0.1",
                $"--secure-port={port}",
                "--port=0",
                $"--tls-cert-file={Pki}/kcm.crt",
                $"--tls-private-key-file={Pki}/kcm.key",
                "--use-service-account-credentials",
                $"--service-account-private-key-file={Pki}/sa.key",
                $"--root-ca-file={Pki}/ca.crt",
                $"--cluster-signing-cert-file={Pki}/ca.crt",
                $"--cluster-signing-key-file={Pki}/ca.key",
                "--leader-elect=false",
            ]
        );

        await UntilAnswersAsync(_controllers, new Uri($"https://127.0.0.1:{port}/healthz"));
    }

    private RunningProcess Start(string name, string[] arguments) =>
        new(name, new ProcessStartInfo(Path.Combine(binaries, name), arguments) { WorkingDirectory = directory });

    private async Task UntilAnswersAsync(RunningProcess process, Uri url)
    {
        var began = Stopwatch.StartNew();
        var said = began.Elapsed;
        while (true)
        {
            string seen;
            try
            {
                using var answer = await _client!.GetAsync(url);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                seen = await answer.Content.ReadAsStringAsync();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                seen = e.Message;
            }

            if (process.HasExited)
            {
                // The pipe may still hold its last words.
                await Task.Delay(200);
                throw process.TimesSaid("address already in use") > 0
                    ? new PortTakenException(process.Tail())
                    : new InvalidOperationException(process.Tail());
            }

            if (began.Elapsed > Patience)
            {
                throw new TimeoutException($"{url} does not answer after {Patience.TotalSeconds} s: {seen}\n{Tail()}");
            }

            if (began.Elapsed - said > ProgressInterval)
            {
                said = began.Elapsed;
                await Console.Error.WriteLineAsync($"waiting for {process.Name}, {said.TotalSeconds:F0} s: {seen.Split('\n')[0]}");
            }

            await Task.Delay(100);
        }
    }

    private void WriteCertificates()
    {
        Directory.CreateDirectory(Pki);
        Write("ca", new KeyPair(authority.CertificatePem, authority.KeyPem));
        Write(
            "apiserver",
            authority.IssueServer("kube-apiserver", "10.0.0.1", "kubernetes", "kubernetes.default", "kubernetes.default.svc")
        );
        Write("kcm", authority.IssueServer("kube-controller-manager"));
        Write("front-proxy", authority.IssueClient("front-proxy"));
        using var accounts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(Pki, "sa.key"), accounts.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(Pki, "sa.pub"), accounts.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    private void Write(string name, KeyPair pair)
    {
        File.WriteAllText(Path.Combine(Pki, $"{name}.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(Pki, $"{name}.key"), pair.Key);
    }

    // A failure is explained by them after all is gone.
    private static async Task KeepLogAsync(RunningProcess process)
    {
        var kept = Directory.CreateDirectory(Tree.In("artifacts", "logs", "kubernetes")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kept, $"{process.Name}.log"), process.Output);
    }

    private sealed class PortTakenException(string message) : Exception(message);
}
