namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The sidecar's process in these tests, and its files as the kubelet mounts them; no API server is needed.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-mounted.");

    [Fact]
    public void A_mounted_volume_changes_all_at_once()
    {
        var volume = new MountedVolume(In("volume"));
        Assert.Empty(Directory.GetFiles(volume.Path));
        volume.Update(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        Assert.Equal(("1", "2"), (File.ReadAllText(volume.In("a")), File.ReadAllText(volume.In("b"))));
        Assert.Equal("..data/a", new FileInfo(volume.In("a")).LinkTarget);
        var first = new FileInfo(volume.In("..data")).LinkTarget;
        volume.Update(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        Assert.Equal(first, new FileInfo(volume.In("..data")).LinkTarget);

        volume.Update(new Dictionary<string, string> { ["b"] = "3", ["c"] = "4" });
        Assert.Equal(("3", "4"), (File.ReadAllText(volume.In("b")), File.ReadAllText(volume.In("c"))));
        Assert.False(Path.Exists(volume.In("a")));
        Assert.False(Directory.Exists(volume.In(first!)));
    }

    [Fact]
    public async Task A_sidecar_reads_its_configuration_from_a_mounted_volume()
    {
        using var authority = new Authority("controller");
        var (config, secret) = (new MountedVolume(In("config")), new MountedVolume(In("secret")));
        var files = new ControllerFiles(
            config.In("bank-config.toml"),
            secret.In("tls.crt"),
            secret.In("tls.key"),
            secret.In("node-tokens"),
            secret.In("login-tokens")
        );
        await using var sidecar = ControllerSidecar.Start(files, "normal", "debug");
        await sidecar.UntilReadyAsync();
        var pair = authority.IssueServer("sidecar");
        secret.Update(
            new Dictionary<string, string>
            {
                ["tls.crt"] = pair.Certificate,
                ["tls.key"] = pair.Key,
                ["node-tokens"] = "node-token-0123456789\n",
            }
        );
        config.Update(
            new Dictionary<string, string>
            {
                ["bank-config.toml"] = "API.url = \"http://127.0.0.1:9/api\"\nAPI.token = \"t\"\nPartitionPrice.normal = 1\n",
            }
        );
        await sidecar.UntilSaidAsync("node-tokens");
        await Until.TrueAsync(async () => await AnswersAsync(sidecar, authority), "its TLS port answers", null, () => sidecar.Tail());

        Assert.True(sidecar.RssKib > 1024);
        Assert.NotEmpty(await sidecar.MetricsAsync());
        Assert.Equal(0, await sidecar.TerminateAsync());
    }

    [Fact]
    public void Prometheus_text_is_read()
    {
        var values = PrometheusText.Parse("# TYPE a counter\na 1\nb{x=\"y z\",le=\"+Inf\"} 2.5 1700000000\nc +Inf\n");
        Assert.Equal(1, values["a"]);
        Assert.Equal(2.5, values["b{x=\"y z\",le=\"+Inf\"}"]);
        Assert.Equal(double.PositiveInfinity, values["c"]);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<bool> AnswersAsync(ControllerSidecar sidecar, Authority authority)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = ControlPlane.Trusting(authority) };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://{sidecar.Address}/"))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request);
        return true;
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);
}
