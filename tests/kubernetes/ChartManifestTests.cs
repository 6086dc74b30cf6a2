extern alias full;

using full::k8s;
using full::k8s.Models;
using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// What the chart renders is valid for Kubernetes 1.29 and later, as far as that can be told without one: kinds that have been there
/// all the time, and no field that the API does not have. (<see cref="ChartReleaseTests"/> gives the same objects to a real server of 1.20:
/// a field that it keeps, and that the newest API still knows, was there in between.)
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartManifestTests(ApiServerFixture server)
{
    /// <summary>Everything that can be on, is on.</summary>
    public const string Everything = """
        operator: {replicas: 3, annotatePods: true, priorityClassName: high, tolerations: [{operator: Exists}], nodeSelector: {a: b}}
        clusters:
          - name: physics
            namespace: slurm
            slurmVersion: 25.11.2
            nodeSelector: {slurm: compute}
            tolerations: [{key: gpu, operator: Exists}]
            loginNodes: {nodeSelector: {slurm: login}, tolerations: [{operator: Exists}]}
            priorityClassName: high
            extraEnv: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://collector:4317"}]
          - {name: Chem_1, bankingConfig: chem, namespace: lab, slurmImage: "registry.example.org/slurmd:25.11", maxUnavailable: 2}
        bank: {enabled: true, tokenNamespaces: [web], nodeSelector: {a: b}, tolerations: [{operator: Exists}], priorityClassName: high}
        image: {pullSecrets: [registry]}
        """;

    /// <summary>Versions of the API that 1.29 serves, and every later one so far; the type that has all fields and no others.</summary>
    private static readonly Dictionary<string, Type> Known = new(StringComparer.Ordinal)
    {
        ["admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration"] = typeof(V1ValidatingWebhookConfiguration),
        ["apiextensions.k8s.io/v1/CustomResourceDefinition"] = typeof(V1CustomResourceDefinition),
        ["apps/v1/DaemonSet"] = typeof(V1DaemonSet),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["rbac.authorization.k8s.io/v1/ClusterRole"] = typeof(V1ClusterRole),
        ["rbac.authorization.k8s.io/v1/ClusterRoleBinding"] = typeof(V1ClusterRoleBinding),
        ["rbac.authorization.k8s.io/v1/Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1/RoleBinding"] = typeof(V1RoleBinding),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/PersistentVolumeClaim"] = typeof(V1PersistentVolumeClaim),
        ["v1/Pod"] = typeof(V1Pod),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
    };

    /// <summary>An older Kubernetes gets a clear refusal, and each of these the same objects.</summary>
    [Theory]
    [InlineData("1.29")]
    [InlineData("1.35")]
    public async Task Every_object_is_one_that_Kubernetes_knows(string version)
    {
        var rendered = await OfValuesAsync(server, Everything, "--kube-version", version);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in rendered.Text.Split("\n---\n").Where(static text => Read(text).Count > 0))
        {
            var one = Assert.Single(Read(document));
            var kind = $"{Scalar(one, "apiVersion")}/{Scalar(one, "kind")}";
            seen.Add(kind);
            Assert.True(Known.TryGetValue(kind, out var type), $"{kind} is not one of those");
            try
            {
                KubernetesYaml.LoadAllFromString(document, new Dictionary<string, Type> { [kind] = type! }, strict: true);
            }
            catch (YamlDotNet.Core.YamlException e)
            {
                Assert.Fail($"{kind} {Scalar(one, "metadata", "name")}: {e.Message} {e.InnerException?.Message}");
            }
        }

        Assert.Equal(Known.Keys.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_field_that_there_is_not_would_be_found() =>
        await Assert.ThrowsAsync<YamlDotNet.Core.YamlException>(static () =>
            Task.FromResult(
                KubernetesYaml.LoadAllFromString(
                    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, liveness: {}}\n",
                    new Dictionary<string, Type> { ["v1/Pod"] = typeof(V1Pod) },
                    strict: true
                )
            )
        );

    [Fact]
    public async Task An_older_Kubernetes_is_refused()
    {
        var result = await server.HelmAsync("template", "x", Folder, "--kube-version", "1.28.9");
        Assert.Contains(">=1.29", result.Error, StringComparison.Ordinal);
    }

    /// <summary>An upgrade of the chart restarts what it changes, and no pod for the number of its version alone.</summary>
    [Fact]
    public async Task A_new_version_of_the_chart_alone_restarts_nothing()
    {
        var next = server.In(server.UniqueName("chart"));
        (await Command.RunAsync("cp", ["-rL", Folder, next])).Must();
        var file = Path.Combine(next, "Chart.yaml");
        var lines = (await File.ReadAllLinesAsync(file)).Select(static line =>
            line.StartsWith("version:", StringComparison.Ordinal) ? "version: 99.0.0" : line
        );
        await File.WriteAllLinesAsync(file, lines);
        var values = server.In(server.UniqueName("values"));
        await File.WriteAllTextAsync(values, Everything);
        var upgraded = await server.HelmAsync("template", "x", next, "-n", Space, "--kube-version", "1.31", "-f", values);
        var templates = Read(upgraded.Must()).Select(static one => Find(one, "spec", "template")).OfType<YamlNode>().ToList();
        Assert.Equal(5, templates.Count);
        var before = (await OfValuesAsync(server, Everything)).Objects;
        Assert.Equal(before.Select(static one => Find(one, "spec", "template")).OfType<YamlNode>(), templates);
        Assert.Contains("99.0.0", upgraded.Output, StringComparison.Ordinal);
    }

    /// <summary>What a container could misuse it does not have; one is root, to give directories away, and can do nothing else.</summary>
    [Fact]
    public async Task Every_container_is_confined()
    {
        var roots = new List<string>();
        foreach (var (name, pod) in (await OfValuesAsync(server, Everything)).Pods())
        {
            Assert.Equal("true", Scalar(pod, "securityContext", "runAsNonRoot"));
            Assert.Equal("RuntimeDefault", Scalar(pod, "securityContext", "seccompProfile", "type"));
            foreach (var container in Items(pod, "initContainers").Concat(Items(pod, "containers")))
            {
                var context = Find(container, "securityContext")!;
                Assert.Equal("true", Scalar(context, "readOnlyRootFilesystem"));
                Assert.Equal("false", Scalar(context, "allowPrivilegeEscalation"));
                Assert.Equal("ALL", Assert.Single(Items(context, "capabilities", "drop")).ToString());
                Assert.Null(Find(context, "privileged"));
                var added = Items(context, "capabilities", "add").Select(static one => one.ToString());
                if (Scalar(context, "runAsUser") == "0")
                {
                    roots.Add($"{name} {Scalar(container, "name")}");
                    Assert.Equal(["CHOWN"], added);
                }
                else
                {
                    Assert.Equal([], added);
                    Assert.Null(Find(context, "runAsNonRoot"));
                }
            }

            Assert.All(["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"], key => Assert.Null(Find(pod, key)));
        }

        Assert.Equal(
            [
                "DaemonSet slurm-banking-login-physics place",
                "DaemonSet slurm-banking-node-chem place",
                "DaemonSet slurm-banking-node-physics place",
            ],
            roots.Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Of all pods the operator's alone finds its account's token in its containers.</summary>
    [Fact]
    public async Task Who_asks_no_API_server_has_no_token_for_it()
    {
        foreach (var (name, pod) in (await OfValuesAsync(server, Everything)).Pods())
        {
            Assert.Equal(name == "Deployment slurm-banking-operator" ? null : "false", Scalar(pod, "automountServiceAccountToken"));
            var mounting = Items(pod, "initContainers")
                .Concat(Items(pod, "containers"))
                .Where(static container => Items(container, "volumeMounts").Any(static mount => Scalar(mount, "name") == "account"))
                .Select(static container => Scalar(container, "name"));
            Assert.Equal(name == "StatefulSet slurm-banking-bank" ? ["mint"] : [], mounting);
        }
    }

    [Fact]
    public async Task Images_are_named_once_and_the_operator_names_that_of_the_sidecar()
    {
        var digest = $"sha256:{new string('a', 64)}";
        var images = $$"""
            image:
              pullPolicy: Always
              pullSecrets: [registry]
              sidecar: {repository: r.example.org/s, tag: v1, digest: "{{digest}}"}
              operator: {repository: r.example.org/o, tag: v2}
            """;
        var rendered = await OfValuesAsync(server, Everything[..Everything.IndexOf("image:", StringComparison.Ordinal)] + images);
        var (sidecar, other) = ($"r.example.org/s:v1@{digest}", "r.example.org/o:v2");
        foreach (var (name, pod) in rendered.Pods())
        {
            Assert.Equal("registry", Scalar(Assert.Single(Items(pod, "imagePullSecrets")), "name"));
            foreach (var container in Items(pod, "initContainers").Concat(Items(pod, "containers")))
            {
                var expected = (name, Scalar(container, "name")) switch
                {
                    ("DaemonSet slurm-banking-node-chem", "select") => "registry.example.org/slurmd:25.11",
                    _ => name.StartsWith("DaemonSet", StringComparison.Ordinal) ? sidecar : other,
                };
                Assert.Equal(expected, Scalar(container, "image"));
                Assert.Equal("Always", Scalar(container, "imagePullPolicy"));
            }
        }

        var pods = Items(rendered.One("Deployment", Stage.Account), "spec", "template", "spec", "containers");
        var words = pods.SelectMany(static container => Items(container, "command")).Select(static word => word.ToString());
        Assert.Contains($"--image={sidecar}", words);
    }
}
