using System.Text;
using k8s;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The bank of the chart: its pod's containers, run as the manifest says, with the rights that it gives.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartBankTests(ApiServerFixture server)
{
    private const string Secret = "slurm-banking-bank-token";

    [Fact]
    public async Task Tokens_are_minted_once_taken_by_the_bank_and_shown_to_nobody()
    {
        var (space, lab) = (await server.NewNamespaceAsync("bank"), await server.NewNamespaceAsync("lab"));
        var rendered = await RenderAsync(space, lab);
        var pod = await PodAsync(rendered, space);

        var minted = await pod.RunAsync("mint");
        Assert.Equal($"Secret {space}/{Secret}: made\nSecret {lab}/{Secret}: made\n", minted.Must());
        var admitted = await pod.RunAsync("admit");
        Assert.Equal(Lines(space, lab, "taken"), admitted.Must());
        var (own, labs) = (await TokenAsync(space), await TokenAsync(lab));
        Assert.Matches("^[0-9a-f]{64}$", own);
        Assert.NotEqual(own, labs);

        // A pod that starts again changes nothing; a Secret that is deleted is minted anew, and its old token is good no longer.
        Assert.Equal($"Secret {space}/{Secret}: kept\nSecret {lab}/{Secret}: kept\n", (await pod.RunAsync("mint")).Must());
        Assert.Equal(Lines(space, lab, "as it was"), (await pod.RunAsync("admit")).Must());
        (await server.KubectlAsync("delete", "secret", Secret, "-n", lab)).Must();
        (await pod.RunAsync("mint")).Must();
        (await pod.RunAsync("admit")).Must();
        var renewed = await TokenAsync(lab);
        Assert.NotEqual(labs, renewed);

        var bank = await ServeAsync(pod);
        await using var process = bank.Process;
        Assert.Equal(200, await bank.StatusAsync("/jobs/", own));
        Assert.Equal(200, await bank.StatusAsync("/jobs/", renewed));
        Assert.Equal(401, await bank.StatusAsync("/jobs/", labs));
        Assert.Equal(401, await bank.StatusAsync("/jobs/", null));

        // Staff's: what it is refused for is the body.
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bank.Url, "/jobs/")) { Content = content };
        request.Headers.Add("Authorization", $"Token {own}");
        using var client = new HttpClient();
        Assert.Equal(400, (int)(await client.SendAsync(request)).StatusCode);
        Assert.Contains("slurm_banking_", await client.GetStringAsync(new Uri($"{bank.Metrics}metrics")), StringComparison.Ordinal);

        Assert.Equal(0, await process.TerminateAsync());
        foreach (var said in new[] { minted.Output, minted.Error, admitted.Output, admitted.Error, process.Output, rendered.Text })
        {
            Assert.DoesNotContain(own, said, StringComparison.Ordinal);
        }
    }

    /// <summary>Exactly the rights that it needs, and in no other namespace.</summary>
    [Fact]
    public async Task What_mints_may_do_nothing_else()
    {
        var (space, other) = (await server.NewNamespaceAsync("bank"), await server.NewNamespaceAsync("other"));
        await PodAsync(await RenderAsync(space), space);
        var account = $"--as=system:serviceaccount:{space}:slurm-banking-bank";
        async Task<string> MayAsync(string where, params string[] what) =>
            (await server.KubectlAsync(["auth", "can-i", .. what, "-n", where, account])).Output.Trim();
        Assert.Equal("yes", await MayAsync(space, "create", "secrets"));
        Assert.Equal("yes", await MayAsync(space, "get", $"secret/{Secret}"));
        foreach (var verb in new[] { "list", "watch", "update", "patch", "delete" })
        {
            Assert.Equal("no", await MayAsync(space, verb, "secrets"));
        }

        Assert.Equal("no", await MayAsync(space, "get", "secret/another"));
        Assert.Equal("no", await MayAsync(other, "create", "secrets"));
    }

    /// <summary>A Secret that somebody made (sealed, from a vault) is taken as it is; one without a token is not passed over.</summary>
    [Fact]
    public async Task A_Secret_that_is_there_is_never_changed()
    {
        var space = await server.NewNamespaceAsync("bank");
        var pod = await PodAsync(await RenderAsync(space), space);
        var own = new string('7', 40);
        (await server.KubectlAsync("create", "secret", "generic", Secret, "-n", space, $"--from-literal=token={own}")).Must();
        (await pod.RunAsync("mint")).Must();
        (await pod.RunAsync("admit")).Must();
        Assert.Equal(own, await TokenAsync(space));

        (await server.KubectlAsync("delete", "secret", Secret, "-n", space)).Must();
        (await server.KubectlAsync("create", "secret", "generic", Secret, "-n", space, "--from-literal=key=a")).Must();
        var refused = await pod.RunAsync("mint");
        Assert.False(refused.Succeeded);
        Assert.Contains($"Secret {space}/{Secret} has no key \"token\"", refused.Error, StringComparison.Ordinal);

        // A server that is somebody else's hears nothing, and the reason is said.
        using var stranger = new Authority("stranger");
        await File.WriteAllTextAsync(Path.Combine(pod.Volume("account"), "ca.crt"), stranger.CertificatePem);
        refused = await pod.RunAsync("mint");
        Assert.False(refused.Succeeded);
        Assert.Matches("^operator: the tokens can't be minted: .*certificate", refused.Error);
    }

    [Fact]
    public async Task Its_helm_test_tells_a_bank_that_works_from_one_that_does_not()
    {
        var space = await server.NewNamespaceAsync("bank");
        var rendered = await RenderAsync(space);
        var pod = await PodAsync(rendered, space);
        (await pod.RunAsync("mint")).Must();
        (await pod.RunAsync("admit")).Must();
        var bank = await ServeAsync(pod);
        await using var process = bank.Process;

        var test = rendered.One("Pod", "slurm-banking-bank-test");
        Assert.Equal("test", Scalar(test, "metadata", "annotations", "helm.sh/hook"));
        var asking = new ChartPod(Find(test, "spec")!, server.In(server.UniqueName("pod")));
        asking.Change($"slurm-banking-bank.{space}.svc:8181", bank.Url.Authority);
        var token = new MountedVolume(asking.Volume("token"));
        token.Update(new Dictionary<string, string> { ["token"] = await TokenAsync(space) });
        Assert.Contains("200 OK", (await asking.RunAsync("healthy")).Must(), StringComparison.Ordinal);
        var asked = await asking.RunAsync("token");
        Assert.Contains("200 OK", asked.Must(), StringComparison.Ordinal);

        token.Update(new Dictionary<string, string> { ["token"] = new('8', 64) });
        var refused = await asking.RunAsync("token");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("401 Unauthorized", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('8', 64), refused.Output + refused.Error, StringComparison.Ordinal);
        await process.TerminateAsync();
        Assert.Equal(1, (await asking.RunAsync("healthy")).ExitCode);
    }

    /// <summary>As the notes say it: an account, a member, a deposit, in the container of a bank that serves.</summary>
    [Fact]
    public async Task The_commands_of_the_notes_open_an_account()
    {
        var space = await server.NewNamespaceAsync("bank");
        var pod = await PodAsync(await RenderAsync(space), space);
        (await pod.RunAsync("mint")).Must();
        (await pod.RunAsync("admit")).Must();
        var bank = await ServeAsync(pod);
        await using var process = bank.Process;
        string[] install = ["install", "x", Folder, "--dry-run=client", "--namespace", space, "--set", "bank.enabled=true"];
        var prefix = $"kubectl -n {space} exec statefulset/slurm-banking-bank -c bank -- ";
        var commands = (await server.HelmAsync(install))
            .Must()
            .Split('\n')
            .Select(static line => line.Trim())
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].Split(' '))
            .ToList();
        Assert.Equal(3, commands.Count);
        foreach (var command in commands)
        {
            (await pod.RunAsync("bank", command)).Must();
        }

        var statement = (await pod.RunAsync("bank", "/app/bank/bank", "statement", "fc_abc")).Must();
        Assert.Contains("allocation 1000.00 SU, used 0.00, available 1000.00", statement, StringComparison.Ordinal);
        Assert.Equal(200, await bank.StatusAsync("/can_submit_job/999.00/1000/fc_abc/", await TokenAsync(space)));
    }

    [Fact]
    public async Task Books_and_token_outlast_the_release_and_a_Service_leads_to_it()
    {
        var rendered = await OfValuesAsync(server, "bank: {enabled: true, persistence: {storageClass: fast}}");
        var claim = rendered.One("PersistentVolumeClaim", "slurm-banking-bank");
        Assert.Equal("keep", Scalar(claim, "metadata", "annotations", "helm.sh/resource-policy"));
        Assert.Equal("fast", Scalar(claim, "spec", "storageClassName"));
        Assert.DoesNotContain("Secret", rendered.Kinds);
        var (set, service) = (rendered.One("StatefulSet", "slurm-banking-bank"), rendered.One("Service", "slurm-banking-bank"));
        Assert.Equal(Find(set, "spec", "selector", "matchLabels"), Find(service, "spec", "selector"));
        Assert.Equal("1", Scalar(set, "spec", "replicas"));

        // Somebody else's volume is not made, and not kept.
        var own = await OfValuesAsync(server, "bank: {enabled: true, persistence: {existingClaim: ledger}}");
        Assert.DoesNotContain("PersistentVolumeClaim", own.Kinds);
        var volumes = Items(own.One("StatefulSet", "slurm-banking-bank"), "spec", "template", "spec", "volumes");
        Assert.Equal("ledger", Scalar(Named(volumes, "data"), "persistentVolumeClaim", "claimName"));
    }

    [Fact]
    public async Task On_PostgreSQL_there_may_be_several_and_the_address_is_in_a_Secret_alone()
    {
        var rendered = await OfValuesAsync(server, "bank: {enabled: true, replicas: 2, postgres: {existingSecret: books}}");
        Assert.DoesNotContain("PersistentVolumeClaim", rendered.Kinds);
        var set = rendered.One("StatefulSet", "slurm-banking-bank");
        Assert.Equal("2", Scalar(set, "spec", "replicas"));
        Assert.Equal("1", Scalar(rendered.One("PodDisruptionBudget", "slurm-banking-bank"), "spec", "maxUnavailable"));
        var pod = Find(set, "spec", "template", "spec")!;
        Assert.Equal("books", Scalar(Named(Items(pod, "volumes"), "postgres"), "secret", "secretName"));
        foreach (var container in new[] { Named(Items(pod, "initContainers"), "admit"), Named(Items(pod, "containers"), "bank") })
        {
            var database = Named(Items(container, "env"), "BANK_DATABASE");
            Assert.Equal("books", Scalar(database, "valueFrom", "secretKeyRef", "name"));
            Assert.Equal("url", Scalar(database, "valueFrom", "secretKeyRef", "key"));
            Assert.Equal("/etc/slurm-banking-bank/postgres", Scalar(Named(Items(container, "volumeMounts"), "postgres"), "mountPath"));
        }
    }

    [Theory]
    [InlineData("bank: {enabled: true}", "banking")]
    [InlineData("bank: {enabled: true, tokenNamespaces: [lab], clientNamespaces: [web]}", "banking lab web")]
    [InlineData("bank: {enabled: true, clientNamespaces: ['*']}", "")]
    public async Task Only_those_who_have_a_token_can_connect(string values, string spaces)
    {
        var policy = (await OfValuesAsync(server, values)).One("NetworkPolicy", "slurm-banking-bank");
        var rule = Items(policy, "spec", "ingress").First();
        Assert.Equal("http", Scalar(Assert.Single(Items(rule, "ports")), "port"));
        var expressions = Items(rule, "from").SelectMany(static from => Items(from, "namespaceSelector", "matchExpressions"));
        Assert.Equal(spaces, string.Join(' ', expressions.SelectMany(static one => Items(one, "values"))));
    }

    private static string Lines(string space, string lab, string how) =>
        string.Concat(new[] { space, lab }.Order(StringComparer.Ordinal).Select(name => $"token {name}: {how}\n"));

    private async Task<RenderedChart> RenderAsync(string space, params string[] more) =>
        await OfAsync(server, "--namespace", space, "--set-json", BankWithTokensIn(more));

    /// <summary>The pod with its account's token, and on the server the rights of that account.</summary>
    private async Task<ChartPod> PodAsync(RenderedChart rendered, string space)
    {
        var manifests = await server.HelmAsync(
            "template",
            "x",
            Folder,
            "--namespace",
            space,
            "--kube-version",
            "1.31",
            "--set-json",
            BankWithTokensIn(Spaces(rendered)),
            "--show-only",
            "templates/bank-rbac.yaml"
        );
        (await server.KubectlWithInputAsync(manifests.Must(), "apply", "-f", "-")).Must();
        var spec = Find(rendered.One("StatefulSet", "slurm-banking-bank"), "spec", "template", "spec")!;
        var pod = new ChartPod(spec, server.In(server.UniqueName("pod")));
        new MountedVolume(pod.Volume("account")).Update(
            new Dictionary<string, string>
            {
                ["token"] = await server.TokenAsync(space, "slurm-banking-bank"),
                ["ca.crt"] = server.Authority.CertificatePem,
                ["namespace"] = space,
            }
        );
        pod.Variables["KUBERNETES_SERVICE_HOST"] = server.Url.Host;
        pod.Variables["KUBERNETES_SERVICE_PORT"] = $"{server.Url.Port}";
        return pod;
    }

    private static string BankWithTokensIn(IEnumerable<string?> spaces) =>
        $"bank={{\"enabled\":true,\"tokenNamespaces\":[{string.Join(',', spaces.Select(static space => $"\"{space}\""))}]}}";

    private static IEnumerable<string?> Spaces(RenderedChart rendered) =>
        rendered
            .Objects.Where(static one => Scalar(one, "kind") == "Role" && Scalar(one, "metadata", "name") == "slurm-banking-bank")
            .Select(static one => Scalar(one, "metadata", "namespace"));

    private async Task<string> TokenAsync(string space) =>
        Encoding.UTF8.GetString((await server.Admin.CoreV1.ReadNamespacedSecretAsync(Secret, space)).Data["token"]);

    private static async Task<(RunningProcess Process, Uri Url, Uri Metrics, Func<string, string?, Task<int>> StatusAsync)> ServeAsync(
        ChartPod pod
    )
    {
        var (url, metrics) = (new Uri($"http://127.0.0.1:{Ports.Free()}"), new Uri($"http://127.0.0.1:{Ports.Free()}"));
        pod.Change("0.0.0.0:8181", url.Authority);
        pod.Change("0.0.0.0:9467", metrics.Authority);
        var process = pod.Start("bank");
        async Task<int> StatusAsync(string path, string? token)
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
            if (token is not null)
            {
                request.Headers.Add("Authorization", $"Token {token}");
            }

            return (int)(await client.SendAsync(request)).StatusCode;
        }

        await Until.TrueAsync(async () => await StatusAsync("/healthz", null) == 200, "the bank answers", null, () => process.Tail());
        return (process, url, metrics, StatusAsync);
    }
}
