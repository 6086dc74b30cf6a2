using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Two hundred BankingConfigs, each wrong in one field in its own way: the API server or the webhook refuses it and names the
/// field; one that is stored all the same, past schema and webhook, is named in its status. None reaches a file.
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class BrokenSpecTests(ApiServerFixture server)
{
    private const int Count = 200;

    private static readonly IReadOnlyList<Breakage> Ways = BrokenSpecs.All;

    [Fact]
    public async Task Each_is_refused_and_reported_by_its_field_and_the_last_good_files_stay()
    {
        Assert.True(Ways.Count >= Count, $"{Ways.Count} ways");
        await using var stage = await Stage.SetAsync(server);
        var url = $"https://127.0.0.1:{Ports.Free()}/validate";
        await stage.StartAsync(null, "--webhook-url", url);
        await stage.Operator.UntilReadyAsync();
        await ForEachAsync(i => Configs(stage).CreateAsync(Good(stage, i)));
        await Until.TrueAsync(
            async () => (await StatusesAsync(stage)).Values.Count(static status => Rendered(status) is { Status: "True" }) == Count,
            "the good ones are rendered",
            TimeSpan.FromMinutes(3),
            () => stage.Operator.Tail(10)
        );
        var files = await FilesAsync(stage);
        Assert.Equal(3 * Count, files.Count);

        await Until.TrueAsync(
            async () => await RefusalAsync(stage, 0, static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "99d" }) is not null,
            "the API server asks the webhook"
        );
        var (accepted, unnamed, bySchema) = (new List<string>(), new List<string>(), 0);
        await ForEachAsync(async i =>
        {
            var refusal = await RefusalAsync(stage, i, Ways[i].Apply);
            lock (accepted)
            {
                if (refusal is null)
                {
                    accepted.Add(Ways[i].ToString());
                }
                else if (!Names(refusal, Ways[i].Field))
                {
                    unnamed.Add($"{Ways[i]}: {refusal}");
                }

                bySchema += refusal?.Contains("is invalid", StringComparison.Ordinal) == true ? 1 : 0;
            }
        });
        Assert.Equal([], accepted);
        Assert.Equal([], unnamed);

        // Some must be the webhook's to refuse: where the schema knows all, nothing was tried.
        Assert.InRange(bySchema, 1, Count - 20);

        // Stored by a server that has no schema and can't reach the webhook, as if both had come later.
        await stage.Operator.TerminateAsync();
        var schema = await ReplaceSchemaAsync("""{"type": "object", "x-kubernetes-preserve-unknown-fields": true}""");
        try
        {
            await Until.TrueAsync(async () => await RefusalAsync(stage, 0, Ways[0].Apply) is null, "nobody refuses any more");
            await ForEachAsync(async i => Assert.Null(await RefusalAsync(stage, i, Ways[i].Apply)));
            await stage.StartAsync(null);
            var said = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            await Until.TrueAsync(
                async () =>
                {
                    said = await StatusesAsync(stage);
                    return said.Values.All(static config => Rendered(config) is { Status: "False" });
                },
                "all are reported",
                TimeSpan.FromMinutes(2),
                () =>
                    string.Join(
                        '\n',
                        said.Where(static pair => Rendered(pair.Value) is not { Status: "False" })
                            .Select(pair => $"{Ways[int.Parse(pair.Key[1..], System.Globalization.CultureInfo.InvariantCulture)]}")
                    )
            );
            Assert.Equal(
                [],
                Enumerable
                    .Range(0, Count)
                    .Select(i => (Way: Ways[i], Condition: Rendered(said[$"b{i}"])!))
                    .Where(static one => one.Condition.Reason != "InvalidSpec" || !Names(one.Condition.Message, one.Way.Field))
                    .Select(static one => $"{one.Way}: {one.Condition.Reason} {one.Condition.Message}")
            );
            Assert.All(
                said.Values,
                static config =>
                    Assert.EndsWith("the last good configuration stays as it is", Rendered(config)!.Message, StringComparison.Ordinal)
            );
            Assert.Equal(files, await FilesAsync(stage));
        }
        finally
        {
            await server.KubectlAsync("delete", "bankingconfigs", "--all", "-n", stage.Namespace, "--wait=false");
            await ReplaceSchemaAsync(schema);

            // What the server publishes of it follows a moment later, and other tests read that.
            await Until.TrueAsync(
                async () =>
                    (await server.KubectlAsync("explain", "bankingconfig.spec.policy")).Output.Contains(
                        "whenBankUnavailable",
                        StringComparison.Ordinal
                    ),
                "the schema is published again"
            );
            await server.KubectlAsync("delete", "namespace", stage.Namespace, "--wait=false");
        }
    }

    private static JsonObject Good(Stage stage, int i)
    {
        var manifest = stage.Manifest($"b{i}");
        manifest["spec"] = BrokenSpecs.Good(new Random(i));
        return manifest;
    }

    /// <summary>What the API server says against a change of a good object; null when it takes it.</summary>
    private async Task<string?> RefusalAsync(Stage stage, int i, Action<JsonObject> change)
    {
        var manifest = Good(stage, i);
        change(manifest["spec"]!.AsObject());
        var known = await Configs(stage).GetAsync($"b{i}");
        manifest["metadata"]!["resourceVersion"] = known.GetProperty("metadata").GetProperty("resourceVersion").GetString();
        try
        {
            await Configs(stage).ReplaceAsync($"b{i}", manifest);
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private async Task<Dictionary<string, JsonElement>> StatusesAsync(Stage stage) =>
        (await Configs(stage).ListAsync()).ToDictionary(
            static config => config.GetProperty("metadata").GetProperty("name").GetString()!,
            StringComparer.Ordinal
        );

    /// <summary>Every file of every ConfigMap, with the version that tells whether it was written meanwhile.</summary>
    private async Task<SortedDictionary<string, string>> FilesAsync(Stage stage)
    {
        var maps = await server.Admin.CoreV1.ListNamespacedConfigMapAsync(stage.Namespace, labelSelector: OwnedLabels.Selector);
        return new SortedDictionary<string, string>(
            maps.Items.ToDictionary(
                static map => map.Metadata.Name,
                static map =>
                    $"{map.Metadata.ResourceVersion} {string.Join('\n', map.Data.OrderBy(static pair => pair.Key, StringComparer.Ordinal))}",
                StringComparer.Ordinal
            ),
            StringComparer.Ordinal
        );
    }

    // Of the present generation, or it says nothing yet.
    private static Condition? Rendered(JsonElement config) =>
        config.TryGetProperty("status", out var status)
            ? status
                .Deserialize<BankingConfigStatus>(SlurmBanking.Operator.Runtime.ApiJson.Options)!
                .Conditions!.SingleOrDefault(condition =>
                    condition.Type == ConditionTypes.Rendered
                    && condition.ObservedGeneration == config.GetProperty("metadata").GetProperty("generation").GetInt64()
                )
            : null;

    /// <summary>A schema writes "spec.a.key" where the rules write "spec.a[key]".</summary>
    private static bool Names(string message, string field)
    {
        static string Plain(string text) => text.Replace('[', '.').Replace("]", "", StringComparison.Ordinal);
        return Plain(message).Contains(Plain(field), StringComparison.Ordinal);
    }

    /// <returns>The schema that it had.</returns>
    private async Task<string> ReplaceSchemaAsync(string schema)
    {
        const string name = "bankingconfigs.banking.slurm.dev";
        var crd = JsonNode.Parse((await server.KubectlAsync("get", "crd", name, "-o", "json")).Output)!;
        var validation = crd["spec"]!["versions"]![0]!["schema"]!;
        var before = validation["openAPIV3Schema"]!.ToJsonString();
        validation["openAPIV3Schema"] = JsonNode.Parse(schema);
        var replaced = await server.KubectlWithInputAsync(crd.ToJsonString(), "replace", "--validate=false", "-f", "-");
        Assert.True(replaced.ExitCode == 0, replaced.Error);
        return before;
    }

    private static Task ForEachAsync(Func<int, Task> body) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => await body(i)
        );

    private BankingConfigClient Configs(Stage stage) => new(server.Admin, stage.Namespace);
}
