using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What becomes of a BankingConfig, on a real API server, under the rights of the chart.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ReconcileTests(ApiServerFixture server)
{
    [Fact]
    public async Task A_new_one_is_rendered_labelled_and_reported()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");

        var map = await stage.ConfigMapAsync("savio-bank-config");
        Assert.Contains("[PartitionPrice]\nnormal = 0.75\n", map!.Data["bank-config.toml"], StringComparison.Ordinal);
        Assert.Contains("token_file = \"/etc/slurm-banking/token/token\"\n", map.Data["bank-config.toml"], StringComparison.Ordinal);
        Assert.Equal("slurm-banking-operator", map.Metadata.Labels["app.kubernetes.io/managed-by"]);
        Assert.Equal("savio", map.Metadata.Labels["banking.slurm.dev/config"]);
        Assert.Contains(map.Metadata.ManagedFields, static field => field is { Manager: "slurm-banking-operator", Operation: "Apply" });
        Assert.Null(map.Metadata.OwnerReferences);

        Assert.Equal(["banking-plugstack.conf", "banking.conf"], (await stage.ConfigMapAsync("savio-slurm"))!.Data.Keys.Order());
        Assert.Equal(
            ["plain-pods.yaml", "slinky-values.yaml", "soperator-values.yaml"],
            (await stage.ConfigMapAsync("savio-integration"))!.Data.Keys.Order()
        );
        Assert.Equal(
            ["login-tokens", "node-tokens", "tls.crt", "tls.key"],
            (await stage.SecretAsync("savio-controller"))!.Data.Keys.Order()
        );
        Assert.Equal(["ca.crt", "node-token"], (await stage.SecretAsync("savio-node"))!.Data.Keys.Order());
        Assert.Equal(["ca.crt", "login-token"], (await stage.SecretAsync("savio-login"))!.Data.Keys.Order());
        var service = await server.Admin.CoreV1.ReadNamespacedServiceAsync("savio-sidecar", stage.Namespace);
        Assert.Equal("savio", service.Spec.Selector["app"]);
        Assert.Equal(9465, Assert.Single(service.Spec.Ports).Port);

        var status = (await stage.ReadAsync("savio"))!.Status!;
        Assert.Equal(1, status.ObservedGeneration);
        Assert.Equal(
            ["Ready", "Rendered", "Conflict", "InForce", "BankReachable", "TokenAccepted", "PartitionsPriced"],
            status.Conditions!.Select(static condition => condition.Type)
        );
    }

    [Fact]
    public async Task No_directory_is_watched()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        Assert.DoesNotContain("anon_inode:inotify", stage.Operator.Descriptors());
    }

    [Fact]
    public async Task An_edit_arrives_and_what_is_wrong_keeps_the_last_good_one()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilTomlAsync("savio", "normal = 0.75");
        (await stage.ApplyAsync("savio", static spec => spec["partitionPrices"]!["normal"] = 2)).Must();
        await stage.UntilTomlAsync("savio", "normal = 2");
        var hash = (await stage.ReadAsync("savio"))!.Status!.ConfigHash;

        // Within the schema's pattern, and longer than the rules allow.
        (
            await stage.ApplyAsync(
                "savio",
                static spec => (spec["partitionPrices"]!["normal"], spec["policy"]) = (3, new JsonObject { ["cachedFor"] = "31d" })
            )
        ).Must();
        var rendered = await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "False", "InvalidSpec");
        Assert.StartsWith("spec.policy.cachedFor: must lie between 0ms and 30d, not 31d", rendered.Message, StringComparison.Ordinal);
        Assert.Contains("normal = 2", await stage.TomlAsync("savio"), StringComparison.Ordinal);
        var status = (await stage.ReadAsync("savio"))!.Status!;
        Assert.Equal(hash, status.ConfigHash);
        Assert.Equal("False", status.Conditions!.Single(static condition => condition.Type == "Ready").Status);

        (await stage.ApplyAsync("savio", static spec => spec["partitionPrices"]!["normal"] = 3)).Must();
        await stage.UntilTomlAsync("savio", "normal = 3");
    }

    [Fact]
    public async Task One_that_is_started_anew_finds_all_as_it_should_be_and_writes_nothing()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        var before = await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "SidecarUnreachable");
        Assert.Equal(0, await stage.Operator.TerminateAsync());

        // Until it has asked, it says what that one said.
        var second = await stage.StartAsync(proxy.Url);
        await Until.TrueAsync(
            async () => await second.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=\"done\"") >= 2,
            "it has looked, also after it asked the sidecar",
            otherwise: () => second.Tail(10)
        );
        Assert.Equal([], proxy.Requests.Where(static request => request.IsWrite).Select(static request => request.ToString()));
        Assert.Equal(before, await stage.ConditionAsync("savio", ConditionTypes.InForce));
    }

    [Fact]
    public async Task An_edit_that_meets_a_report_on_its_way_is_not_overlooked()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.SetAsync(server);

        // Events of the second edit come late, as they may: after the answer to the report.
        static string Later(string line)
        {
            Thread.Sleep(line.Contains("\"normal\":2", StringComparison.Ordinal) ? 1000 : 0);
            return line;
        }

        proxy.AfterAnswer = static request => Task.FromResult(request.IsWatch ? ProxyAction.RewriteEvents(Later) : ProxyAction.Pass);
        await stage.StartAsync(proxy.Url);
        await stage.Operator.UntilReadyAsync();
        (await stage.ApplyAsync("savio")).Must();

        // Nothing but edits makes it look again after that.
        await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "SidecarUnreachable");
        var edited = false;
        proxy.BeforeForwarding = async request =>
        {
            // The report on the first edit waits until there is a second: the answer shows that one.
            if (!edited && request.IsWrite && request.Path.EndsWith("/savio/status", StringComparison.Ordinal))
            {
                edited = true;
                (await stage.ApplyAsync("savio", static spec => spec["partitionPrices"]!["normal"] = 2)).Must();
            }

            return ProxyAction.Pass;
        };
        (await stage.ApplyAsync("savio", static spec => spec["partitionPrices"]!["normal"] = 3)).Must();
        await stage.UntilTomlAsync("savio", "normal = 2", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Drift_is_repaired_at_once()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        var ns = stage.Namespace;
        var token = (await stage.SecretAsync("savio-node"))!.Data["node-token"];

        (
            await server.KubectlAsync(
                "patch",
                "cm",
                "savio-bank-config",
                "-n",
                ns,
                "--type=merge",
                "-p",
                """{"data":{"bank-config.toml":"free = true"}}"""
            )
        ).Must();
        await stage.UntilTomlAsync("savio", "normal = 0.75", TimeSpan.FromSeconds(10));
        (await server.KubectlAsync("delete", "cm", "savio-bank-config", "-n", ns)).Must();
        await stage.UntilTomlAsync("savio", "normal = 0.75", TimeSpan.FromSeconds(10));
        (await server.KubectlAsync("label", "cm", "savio-slurm", "-n", ns, "app.kubernetes.io/part-of-")).Must();
        await Until.TrueAsync(
            async () => (await stage.ConfigMapAsync("savio-slurm"))!.Metadata.Labels.ContainsKey("app.kubernetes.io/part-of"),
            "the label is back"
        );

        (await server.KubectlAsync("delete", "secret", "savio-node", "-n", ns)).Must();
        await Until.TrueAsync(async () => (await stage.SecretAsync("savio-node")) is not null, "the Secret is back");
        Assert.Equal(token, (await stage.SecretAsync("savio-node"))!.Data["node-token"]);
        (
            await server.KubectlAsync(
                "patch",
                "svc",
                "savio-sidecar",
                "-n",
                ns,
                "--type=merge",
                "-p",
                """{"spec":{"selector":{"app":"other"}}}"""
            )
        ).Must();
        await Until.EqualAsync(
            "savio",
            async () => (await server.Admin.CoreV1.ReadNamespacedServiceAsync("savio-sidecar", ns)).Spec.Selector["app"],
            "the Service's selector"
        );
    }

    [Fact]
    public async Task A_selector_that_changes_leaves_no_old_label_behind()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        (await stage.ApplyAsync("savio", static spec => spec["sidecar"]!["selector"] = new JsonObject { ["role"] = "controller" })).Must();
        await Until.EqualAsync(
            "role",
            async () =>
                string.Join(
                    ',',
                    (await server.Admin.CoreV1.ReadNamespacedServiceAsync("savio-sidecar", stage.Namespace)).Spec.Selector.Keys.Order()
                ),
            "the Service's selector"
        );
    }

    [Fact]
    public async Task Somebody_else_s_object_is_never_touched()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        var foreign = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = "savio-bank-config" },
            Data = new Dictionary<string, string> { ["mine"] = "1" },
        };
        var before = await server.Admin.CoreV1.CreateNamespacedConfigMapAsync(foreign, stage.Namespace);
        (await stage.ApplyAsync("savio")).Must();
        var conflict = await stage.UntilConditionAsync("savio", ConditionTypes.Conflict, "True", "ForeignObject");
        Assert.StartsWith(
            "ConfigMap savio-bank-config is there and is not this BankingConfig's",
            conflict.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(before.Metadata.ResourceVersion, (await stage.ConfigMapAsync("savio-bank-config"))!.Metadata.ResourceVersion);
        var events = await server.Admin.CoreV1.ListNamespacedEventAsync(stage.Namespace);
        Assert.Contains(events.Items, static one => one is { Reason: "ForeignObject", Type: "Warning" });
    }

    [Fact]
    public async Task Of_two_for_one_cluster_the_older_has_it_and_the_other_follows_when_that_goes()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("first", static spec => spec["sidecar"]!["cluster"] = "savio")).Must();
        await stage.UntilConditionAsync("first", ConditionTypes.Rendered, "True");
        (await stage.ApplyAsync("second", static spec => spec["sidecar"]!["cluster"] = "savio")).Must();
        var conflict = await stage.UntilConditionAsync("second", ConditionTypes.Conflict, "True", "ClusterTaken");
        Assert.Contains("first", conflict.Message, StringComparison.Ordinal);
        Assert.Null(await stage.ConfigMapAsync("second-bank-config"));
        await stage.UntilConditionAsync("first", ConditionTypes.Conflict, "False");

        (await server.KubectlAsync("delete", "bankingconfig", "first", "-n", stage.Namespace)).Must();
        await stage.UntilConditionAsync("second", ConditionTypes.Rendered, "True");
    }

    [Fact]
    public async Task Under_Retain_everything_stays_and_is_taken_up_again_with_the_same_credentials()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        var token = (await stage.SecretAsync("savio-node"))!.Data["node-token"];
        (await server.KubectlAsync("delete", "bankingconfig", "savio", "-n", stage.Namespace)).Must();
        await Until.StaysTrueAsync(async () => await stage.TomlAsync("savio") is not null, "the ConfigMap stays", TimeSpan.FromSeconds(3));
        (await stage.ApplyAsync("savio", static spec => spec["partitionPrices"]!["normal"] = 9)).Must();
        await stage.UntilTomlAsync("savio", "normal = 9");
        Assert.Equal(token, (await stage.SecretAsync("savio-node"))!.Data["node-token"]);
    }

    [Fact]
    public async Task Under_Delete_everything_goes_and_a_change_of_the_policy_is_followed()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio", static spec => spec["deletionPolicy"] = "Delete")).Must();
        await Until.TrueAsync(
            async () => (await stage.ConfigMapAsync("savio-slurm"))?.Metadata.OwnerReferences is { Count: 1 },
            "it has an owner"
        );
        (await stage.ApplyAsync("savio", static spec => spec["deletionPolicy"] = "Retain")).Must();
        await Until.TrueAsync(
            async () => (await stage.ConfigMapAsync("savio-slurm"))?.Metadata.OwnerReferences is null or { Count: 0 },
            "it has none"
        );
        (await stage.ApplyAsync("savio", static spec => spec["deletionPolicy"] = "Delete")).Must();
        await Until.TrueAsync(
            async () => (await stage.SecretAsync("savio-ca"))?.Metadata.OwnerReferences is { Count: 1 },
            "it has an owner again"
        );
        (await server.KubectlAsync("delete", "bankingconfig", "savio", "-n", stage.Namespace)).Must();
        await Until.TrueAsync(
            async () =>
                await stage.TomlAsync("savio") is null
                && await stage.SecretAsync("savio-ca") is null
                && await stage.SecretAsync("savio-node") is null,
            "the garbage collector has taken what was rendered"
        );
    }

    [Theory]
    [InlineData("Retain")]
    [InlineData("Delete")]
    public async Task With_the_operator_gone_object_and_namespace_end(string policy)
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio", spec => spec["deletionPolicy"] = policy)).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        Assert.Equal(0, await stage.Operator.TerminateAsync());
        (await server.KubectlAsync("delete", "bankingconfig", "savio", "-n", stage.Namespace, "--timeout=10s")).Must();
        await server.DeleteNamespaceAsync(stage.Namespace, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_reference_that_leads_nowhere_is_named_and_found_later()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (
            await stage.ApplyAsync(
                "savio",
                static spec =>
                {
                    spec["sidecar"] = new JsonObject();
                    spec["slurm"] = new JsonObject
                    {
                        ["slinky"] = new JsonObject { ["controllerRef"] = new JsonObject { ["name"] = "slurm" } },
                    };
                }
            )
        ).Must();
        var inForce = await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "ReferenceNotFound");
        Assert.Equal($"spec.slurm.slinky.controllerRef.name: there is no Controller slurm in namespace {stage.Namespace}", inForce.Message);
        await Until.TrueAsync(async () => await stage.TomlAsync("savio") is not null, "the files are rendered all the same");
        var service = await server.Admin.CoreV1.ReadNamespacedServiceAsync("savio-sidecar", stage.Namespace);
        Assert.Equal("slurm", service.Spec.Selector["app.kubernetes.io/instance"]);
    }

    [Fact]
    public async Task The_controller_s_pod_is_stamped_with_what_it_should_have()
    {
        await using var stage = await Stage.WithOperatorAsync(server, "--annotate-pods", "true");
        foreach (var name in new[] { "controller", "other" })
        {
            var pod = new V1Pod
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    Labels = new Dictionary<string, string> { ["app"] = name == "other" ? "other" : "savio" },
                },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "slurmctld", Image = "slurmctld" }] },
            };
            await Until.TrueAsync(
                async () => (await server.Admin.CoreV1.ListNamespacedServiceAccountAsync(stage.Namespace)).Items.Count > 0,
                "the default account"
            );
            await server.Admin.CoreV1.CreateNamespacedPodAsync(pod, stage.Namespace);
        }

        (await stage.ApplyAsync("savio")).Must();
        await Until.TrueAsync(
            async () =>
                (await stage.ReadAsync("savio"))?.Status?.ConfigHash is { } hash
                && (await server.Admin.CoreV1.ReadNamespacedPodAsync("controller", stage.Namespace)).Metadata.Annotations is { } annotations
                && annotations.TryGetValue("banking.slurm.dev/config-hash", out var stamp)
                && stamp == hash,
            "the pod has the hash",
            otherwise: () => stage.Operator.Tail(10)
        );
        Assert.Null((await server.Admin.CoreV1.ReadNamespacedPodAsync("other", stage.Namespace)).Metadata.Annotations);
    }

    [Fact]
    public async Task No_secret_is_in_logs_ConfigMaps_status_events_or_metrics()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        var secrets = new List<string>();
        foreach (var name in new[] { "savio-ca", "savio-controller", "savio-node", "savio-login" })
        {
            foreach (var (key, value) in (await stage.SecretAsync(name))!.Data)
            {
                var text = Encoding.UTF8.GetString(value).Trim();
                secrets.AddRange(key is "tls.crt" or "ca.crt" or "state.json" ? [] : [text, Convert.ToBase64String(value)]);
            }
        }

        var said = string.Concat(
            stage.Operator.Output,
            await stage.Operator.GetAsync("/metrics"),
            (await server.KubectlAsync("get", "cm,events,bankingconfig", "-n", stage.Namespace, "-o", "yaml")).Must()
        );

        // tls.key, two lists and two tokens, each as it is and as the API server shows it.
        Assert.Equal(10, secrets.Count);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_watches_the_namespaces_that_it_is_told_or_all()
    {
        await using var stage = await Stage.SetAsync(server);
        var other = await server.NewNamespaceAsync();
        var third = await server.NewNamespaceAsync();
        await stage.StartAsync(null, "--namespace", other);
        await stage.Operator.UntilReadyAsync();
        foreach (var name in new[] { stage.Namespace, other, third })
        {
            var manifest = stage.Manifest("savio");
            manifest["metadata"]!["namespace"] = name;
            (await server.KubectlWithInputAsync(manifest.ToJsonString(), "apply", "-f", "-")).Must();
        }

        Task<bool> RenderedAsync(string name) =>
            server
                .Admin.CoreV1.ListNamespacedConfigMapAsync(name, fieldSelector: "metadata.name=savio-bank-config")
                .ContinueWith(static list => list.Result.Items.Count == 1, TaskScheduler.Default);
        await Until.TrueAsync(async () => await RenderedAsync(stage.Namespace) && await RenderedAsync(other), "both are rendered");
        Assert.False(await RenderedAsync(third));
        await stage.Operator.TerminateAsync();
        await stage.StartAsync(null, "--all");
        await Until.TrueAsync(() => RenderedAsync(third), "the third is rendered");
    }
}
