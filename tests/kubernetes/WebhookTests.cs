using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The validating webhook, asked by a real API server that trusts the certificate which the operator minted.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class WebhookTests(ApiServerFixture server)
{
    [Fact]
    public async Task What_is_wrong_is_refused_with_its_field_and_what_is_odd_is_warned_of()
    {
        await using var stage = await RegisteredAsync();
        var refused = await stage.ApplyAsync(
            "savio",
            static spec =>
                spec["policy"] = new JsonObject
                {
                    ["cachedFor"] = "31d",
                    ["partitions"] = new JsonObject { ["debug"] = new JsonObject { ["cachedFor"] = "40d" } },
                }
        );
        Assert.False(refused.Succeeded);
        Assert.Contains("spec.policy.cachedFor: must lie between 0ms and 30d, not 31d", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "spec.policy.partitions[debug].cachedFor: must lie between 0ms and 30d, not 40d",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Null(await stage.ReadAsync("savio"));

        var odd = await stage.ApplyAsync(
            "savio",
            static spec => (spec["api"]!["url"], spec["partitionPrices"]!["normal"]) = ("http://bank.example.org/api", 0)
        );
        odd.Must();
        Assert.Contains("Warning: spec.api.url: with http the bank's token travels unprotected", odd.Error, StringComparison.Ordinal);
        Assert.Contains("Warning: spec.partitionPrices[normal]: with the price 0", odd.Error, StringComparison.Ordinal);
        // The probe was refused as well.
        Assert.Equal(2, await stage.Operator.MetricAsync("slurm_banking_operator_admissions_total", "verdict=\"refused\""));
    }

    [Fact]
    public async Task Labels_of_an_object_that_was_bad_before_can_be_changed_and_partitions_without_a_price_are_named()
    {
        await using var stage = await RegisteredAsync();
        await stage.Operator.TerminateAsync();

        // Nobody is there to refuse it.
        (await stage.ApplyAsync("savio", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "31d" })).Must();
        await StartAsync(stage);
        (await server.KubectlAsync("label", "bankingconfig", "savio", "-n", stage.Namespace, "team=hpc")).Must();
        Assert.False(
            (
                await server.KubectlAsync(
                    "patch",
                    "bankingconfig",
                    "savio",
                    "-n",
                    stage.Namespace,
                    "--type=merge",
                    "-p",
                    """{"spec":{"policy":{"cachedFor":"32d"}}}"""
                )
            ).Succeeded
        );

        (
            await server.KubectlAsync(
                "patch",
                "bankingconfig",
                "savio",
                "-n",
                stage.Namespace,
                "--subresource=status",
                "--type=merge",
                "-p",
                """{"status":{"partitions":["gpu","normal"]}}"""
            )
        ).Must();
        var edited = await stage.ApplyAsync("savio");
        edited.Must();
        Assert.Contains(
            "Warning: spec.partitionPrices[gpu]: the cluster has this partition, and it has no price",
            edited.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Whoever_deletes_hears_which_pods_mount_what_was_rendered()
    {
        await using var stage = await RegisteredAsync();
        (await stage.ApplyAsync("savio")).Must();
        await Until.TrueAsync(
            async () => (await server.Admin.CoreV1.ListNamespacedServiceAccountAsync(stage.Namespace)).Items.Count > 0,
            "the default account"
        );
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "slurmctld-0" },
            Spec = new V1PodSpec
            {
                Containers = [new V1Container { Name = "slurmctld", Image = "slurmctld" }],
                Volumes =
                [
                    new V1Volume
                    {
                        Name = "config",
                        ConfigMap = new V1ConfigMapVolumeSource { Name = "savio-bank-config" },
                    },
                ],
            },
        };
        await server.Admin.CoreV1.CreateNamespacedPodAsync(pod, stage.Namespace);
        var deleted = await server.KubectlAsync("delete", "bankingconfig", "savio", "-n", stage.Namespace);
        deleted.Must();
        Assert.Contains(
            "Warning: in use by 1 pods (slurmctld-0): what they mount stays (deletionPolicy Retain)",
            deleted.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_operator_that_is_away_keeps_nobody_from_editing_and_says_it_in_the_status()
    {
        await using var stage = await RegisteredAsync();
        await stage.Operator.TerminateAsync();
        (await stage.ApplyAsync("savio", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "31d" })).Must();
        await StartAsync(stage);
        var rendered = await stage.UntilConditionAsync("savio", "Rendered", "False", "InvalidSpec");
        Assert.Contains("spec.policy.cachedFor", rendered.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_replicas_share_one_certificate_and_the_registration_is_put_right_when_somebody_spoils_it()
    {
        await using var stage = await RegisteredAsync();
        var memory = await server.Admin.CoreV1.ReadNamespacedSecretAsync("slurm-banking-operator-webhook", Stage.Home);
        var bundle = await BundleAsync();
        await stage.Operator.TerminateAsync();
        (
            await server.KubectlAsync(
                "patch",
                "validatingwebhookconfiguration",
                "slurm-banking-operator",
                "--type=json",
                "-p",
                """[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]"""
            )
        ).Must();
        await StartAsync(stage);
        Assert.Equal(bundle, await BundleAsync());
        Assert.Equal(
            memory.Metadata.ResourceVersion,
            (await server.Admin.CoreV1.ReadNamespacedSecretAsync("slurm-banking-operator-webhook", Stage.Home)).Metadata.ResourceVersion
        );
        using var authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(bundle!));
        Assert.Contains("webhook CA", authority.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_certificate_of_somebody_else_s_the_registration_is_left_alone()
    {
        await using var stage = await Stage.SetAsync(server);
        var directory = Directory.CreateDirectory(server.In(server.UniqueName("webhook"))).FullName;
        var pair = server.Authority.IssueServer("webhook", "127.0.0.1");
        await File.WriteAllTextAsync(Path.Combine(directory, "tls.crt"), pair.Certificate, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "tls.key"), pair.Key, TestContext.Current.CancellationToken);
        var port = Ports.Free();
        await stage.StartAsync(null, "--webhook", $"127.0.0.1:{port}", "--webhook-certificates", directory);
        await stage.Operator.UntilReadyAsync();
        await Until.TrueAsync(
            () => Task.FromResult(stage.Operator.Output.Contains("webhook certificate", StringComparison.Ordinal)),
            "it takes the certificate"
        );
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = ControlPlane.Trusting(server.Authority) });
        using var content = new StringContent(
            """{"request":{"uid":"1","operation":"CREATE","object":{"metadata":{"name":"a"},"spec":{}}}}"""
        );
        using var answer = await client.PostAsync(
            new Uri($"https://127.0.0.1:{port}/validate"),
            content,
            TestContext.Current.CancellationToken
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"allowed\":false", text, StringComparison.Ordinal);
        Assert.Contains("spec.api.url: is missing", text, StringComparison.Ordinal);
    }

    private async Task<Stage> RegisteredAsync()
    {
        var stage = await Stage.SetAsync(server);
        await StartAsync(stage);
        return stage;
    }

    private static async Task StartAsync(Stage stage)
    {
        await stage.StartAsync(null, "--webhook-url", $"https://127.0.0.1:{Ports.Free()}/validate");
        await stage.Operator.UntilReadyAsync();
        await stage.Operator.UntilSaidAsync("the webhook is registered");

        // The API server takes up a changed registration a moment later.
        await Until.TrueAsync(
            async () =>
                !(await stage.ApplyAsync("probe", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "99d" })).Succeeded,
            "the API server asks the webhook"
        );
    }

    private async Task<byte[]?> BundleAsync() =>
        (await server.Admin.AdmissionregistrationV1.ReadValidatingWebhookConfigurationAsync("slurm-banking-operator"))
            .Webhooks[0]
            .ClientConfig
            .CaBundle;
}
