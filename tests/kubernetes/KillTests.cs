using System.Text;
using System.Text.Json.Nodes;
using k8s;
using SlurmBanking.Operator.Api;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>kill -9 in the middle of every step: the next operator ends where one that lived would have.</summary>
[Trait("Run", "verify")]
[Collection(ApiServerCollection.Name)]
public sealed class KillTests(ApiServerFixture server)
{
    /// <summary>Requests of a first reconciliation: a read and a write for each of eight objects, and the status.</summary>
    private const int Requests = 17;

    /// <summary>Before the server sees a request, and after it has answered, at each place in the sequence.</summary>
    private const int Kills = 50;

    [Fact]
    public async Task Fifty_kills_at_every_request_of_a_reconciliation_end_in_the_same_state()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.SetAsync(server);
        for (var i = 0; i < Kills; i++)
        {
            var (name, place, isBefore) = ($"c{i}", i / 2 % Requests, i % 2 == 0);
            (await stage.ApplyAsync(name)).Must();
            var (seen, killed) = (0, false);
            OperatorProcess? victim = null;
            Task<ProxyAction> Strike(ProxiedRequest request, bool isNow)
            {
                if (request.IsWatch || !request.Path.Contains($"/{name}", StringComparison.Ordinal))
                {
                    return Task.FromResult(ProxyAction.Pass);
                }

                var isThis = isNow && !killed && Interlocked.Increment(ref seen) > place;
                if (isThis)
                {
                    killed = true;
                    victim!.Kill();
                }

                return Task.FromResult(isThis ? ProxyAction.Cut : ProxyAction.Pass);
            }

            proxy.BeforeForwarding = request => Strike(request, isBefore);
            proxy.AfterAnswer = request => Strike(request, !isBefore);
            victim = await stage.StartAsync(proxy.Url);
            await Until.TrueAsync(() => Task.FromResult(killed), $"kill {i} at request {place}", otherwise: () => victim.Tail(10));
            (proxy.BeforeForwarding, proxy.AfterAnswer) = (null, null);
            await victim.DisposeAsync();
        }

        await stage.StartAsync(proxy.Url);
        for (var i = 0; i < Kills; i++)
        {
            await stage.UntilConditionAsync($"c{i}", ConditionTypes.Rendered, "True");
            await AssertWholeAsync(stage, $"c{i}");
        }
    }

    // The credentials agree with each other, whoever of several operators wrote which of the Secrets.
    private async Task AssertWholeAsync(Stage stage, string name)
    {
        foreach (var map in new[] { $"{name}-bank-config", $"{name}-slurm", $"{name}-integration" })
        {
            Assert.NotNull(await stage.ConfigMapAsync(map));
        }

        var state = JsonNode.Parse((await stage.SecretAsync($"{name}-ca"))!.Data["state.json"])!;
        var (controller, node, login) = (
            (await stage.SecretAsync($"{name}-controller"))!.Data,
            (await stage.SecretAsync($"{name}-node"))!.Data,
            (await stage.SecretAsync($"{name}-login"))!.Data
        );
        Assert.Equal(Encoding.UTF8.GetString(controller["node-tokens"]), Encoding.UTF8.GetString(node["node-token"]));
        Assert.Equal(Encoding.UTF8.GetString(controller["login-tokens"]), Encoding.UTF8.GetString(login["login-token"]));
        Assert.Equal((string)state["nodeTokens"]![0]!["value"]! + "\n", Encoding.UTF8.GetString(node["node-token"]));
        Assert.Equal((string)state["authorities"]![0]!["value"]!["certificate"]!, Encoding.UTF8.GetString(node["ca.crt"]));
        Assert.Equal((string)state["server"]!["pair"]!["certificate"]!, Encoding.UTF8.GetString(controller["tls.crt"]));
        Assert.NotNull(await server.Admin.CoreV1.ReadNamespacedServiceAsync($"{name}-sidecar", stage.Namespace));
    }
}
