using System.Text.Json.Nodes;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// The object says when a change is in force: a real sidecar reads what the operator rendered, laid out as the kubelet does,
/// and is asked over TLS with the credentials that the operator made.
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class InForceTests(ApiServerFixture server)
{
    [Fact]
    public async Task A_change_is_reported_as_in_force_when_the_sidecar_acts_on_it()
    {
        await using var stage = await Stage.SetAsync(server);
        var directory = server.In(server.UniqueName("pod"));
        var (config, credentials) = (
            new MountedVolume(Path.Combine(directory, "config")),
            new MountedVolume(Path.Combine(directory, "credentials"))
        );
        var files = new ControllerFiles(
            config.In("bank-config.toml"),
            credentials.In("tls.crt"),
            credentials.In("tls.key"),
            credentials.In("node-tokens"),
            credentials.In("login-tokens")
        );
        await using var sidecar = ControllerSidecar.Start(files, "normal", "gpu");
        await stage.StartAsync(null, "--sidecar-address", sidecar.Address);
        (await stage.ApplyAsync("savio", Here)).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");

        // As the kubelet brings it; the token's directory is not this machine's, and the sidecar says so of the token alone.
        credentials.Update((await stage.SecretAsync("savio-controller"))!.Data);
        await BringAsync(stage, config);
        var inForce = await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "True");
        Assert.Equal("the controller's sidecar acts on this configuration", inForce.Message);
        var priced = await stage.UntilConditionAsync("savio", ConditionTypes.PartitionsPriced, "False", "Unpriced");
        Assert.Equal("spec.partitionPrices: no price for gpu", priced.Message);
        Assert.Equal(["gpu", "normal"], (await stage.ReadAsync("savio"))!.Status!.Partitions);

        (
            await stage.ApplyAsync(
                "savio",
                static spec =>
                {
                    Here(spec);
                    spec["partitionPrices"] = new JsonObject { ["normal"] = 2, ["gpu"] = 3 };
                }
            )
        ).Must();
        await stage.UntilTomlAsync("savio", "gpu = 3");
        await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "False", "Underway");
        await BringAsync(stage, config);
        await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "True");
        await stage.UntilConditionAsync("savio", ConditionTypes.PartitionsPriced, "True");

        await sidecar.TerminateAsync();
        var gone = await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "SidecarUnreachable");
        Assert.Equal("the controller's sidecar can't be asked: nothing listens there", gone.Message);
    }

    // Nobody answers there, and that is what is to be seen of the bank.
    private static void Here(JsonObject spec) => spec["api"]!["url"] = "http://127.0.0.1:9/api";

    private static async Task BringAsync(Stage stage, MountedVolume config) =>
        config.Update((await stage.ConfigMapAsync(OwnedNames.BankConfig("savio")))!.Data);
}
