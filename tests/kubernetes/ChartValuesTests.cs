using System.Text.Json.Nodes;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Values that are mistakes: each is refused, and named.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartValuesTests(ApiServerFixture server)
{
    private const string Cluster = "name: a, namespace: a, slurmVersion: 25.11.2";

    /// <summary>Each is one mistake in a values file.</summary>
    public static TheoryData<string> WrongValues =>
        [
            // Names that are none.
            "images: {tag: a}",
            "image: {repository: a}",
            "image: {tag: a}",
            "image: {pullpolicy: Always}",
            "image: {bank: {tag: a}}",
            "image: {sidecar: {registry: a}}",
            "image: {sidecar: {tags: a}}",
            "image: {operator: {sha: a}}",
            "replicas: 2",
            "namespaces: [a]",
            "webhook: {enabled: false}",
            "annotatePods: true",
            "resources: {}",
            "operator: {replica: 2}",
            "operator: {replicaCount: 2}",
            "operator: {namespace: a}",
            "operator: {watchNamespaces: [a]}",
            "operator: {annotatepods: true}",
            "operator: {webhooks: {enabled: false}}",
            "operator: {webhook: {enable: false}}",
            "operator: {webhook: {cert: a}}",
            "operator: {webhook: {certSecret: a}}",
            "operator: {resource: {}}",
            "operator: {resources: {request: {cpu: 1}}}",
            "operator: {resources: {limit: {cpu: 1}}}",
            "operator: {env: []}",
            "operator: {nodeselector: {}}",
            "cluster: {name: a}",
            "nodes: []",
            $"clusters: [{{{Cluster}, config: a}}]",
            $"clusters: [{{{Cluster}, image: a}}]",
            $"clusters: [{{{Cluster}, login: true}}]",
            $"clusters: [{{{Cluster}, loginNodes: {{selector: {{a: b}}}}}}]",
            $"clusters: [{{{Cluster}, updateStrategy: {{}}}}]",
            "bank: {enable: true}",
            "bank: {token: secret}",
            "bank: {persistence: {enabled: false}}",
            "bank: {postgres: {secretName: a}}",
            "bank: {persistence: {storageClassName: a}}",
            "bank: {resources: {limit: {cpu: 1}}}",
            "networkPolicy: true",
            "monitoring: {podMonitor: true}",
            "monitoring: {rule: true}",
            "monitoring: {dashboard: true}",
            "monitoring: {enabled: true}",
            // Values that are none.
            "image: a",
            "image: {sidecar: a}",
            "image: {sidecar: {repository: ''}}",
            "image: {sidecar: {repository: 'A B'}}",
            "image: {operator: {tag: 'a b'}}",
            "image: {operator: {tag: 1.0}}",
            "image: {operator: {digest: 'sha256:abc'}}",
            "image: {operator: {digest: 'latest'}}",
            "image: {pullPolicy: Sometimes}",
            "image: {pullSecrets: a}",
            "image: {pullSecrets: [{name: a}]}",
            "operator: {replicas: '2'}",
            "operator: {replicas: -1}",
            "operator: {replicas: 1.5}",
            "operator: {namespaces: a}",
            "operator: {namespaces: [A]}",
            "operator: {namespaces: [a, a]}",
            "operator: {annotatePods: 'yes'}",
            "operator: {webhook: false}",
            "operator: {webhook: {enabled: 'false'}}",
            "operator: {webhook: {certificateSecret: 'a b'}}",
            "operator: {webhook: {caBundle: '-----BEGIN'}}",
            "operator: {webhook: {annotations: {a: 1}}}",
            "operator: {resources: {limits: {memory: 128MB}}}",
            "operator: {resources: {requests: {cpu: -1}}}",
            "operator: {extraEnv: [{value: a}]}",
            "operator: {tolerations: [a]}",
            "clusters: a",
            "clusters: [a]",
            "clusters: {a: {namespace: a}}",
            "clusters: [{name: a, slurmVersion: 25.11.2}]",
            "clusters: [{namespace: a, slurmVersion: 25.11.2}]",
            "clusters: [{name: ../a, namespace: a, slurmVersion: 25.11.2}]",
            "clusters: [{name: '', namespace: a, slurmVersion: 25.11.2}]",
            "clusters: [{name: a, namespace: A, slurmVersion: 25.11.2}]",
            "clusters: [{name: a, namespace: a, slurmVersion: 25.11}]",
            "clusters: [{name: a, namespace: a, slurmVersion: latest}]",
            "clusters: [{name: a, namespace: a, slurmImage: 'a b'}]",
            $"clusters: [{{{Cluster}, bankingConfig: a_b}}]",
            $"clusters: [{{{Cluster}, port: 80}}]",
            $"clusters: [{{{Cluster}, uid: 0}}]",
            $"clusters: [{{{Cluster}, uid: slurm}}]",
            $"clusters: [{{{Cluster}, maxUnavailable: 0}}]",
            $"clusters: [{{{Cluster}, maxUnavailable: 110%}}]",
            $"clusters: [{{{Cluster}, loginNodes: true}}]",
            $"clusters: [{{{Cluster}, loginNodes: {{}}}}]",
            $"clusters: [{{{Cluster}, loginNodes: {{nodeSelector: {{}}}}}}]",
            $"clusters: [{{{Cluster}, nodeSelector: {{a: true}}}}]",
            $"clusters: [{{{Cluster}, resources: {{limits: {{memory: lots}}}}}}]",
            "bank: true",
            "bank: {enabled: 'true'}",
            "bank: {tokenNamespaces: a}",
            "bank: {tokenNamespaces: ['*']}",
            "bank: {clientNamespaces: [A]}",
            "bank: {replicas: 0}",
            "bank: {leaseSeconds: 4}",
            "bank: {leaseSeconds: 3601}",
            "bank: {leaseSeconds: 60s}",
            "bank: {postgres: {key: ''}}",
            "bank: {persistence: {size: 8}}",
            "bank: {persistence: {size: 0Gi}}",
            "bank: {persistence: {existingClaim: 'a b'}}",
            "networkPolicies: 'on'",
            "monitoring: {labels: {a: 1}}",
        ];

    /// <summary>What a schema can't say: the values, and the words that are to be in the answer.</summary>
    public static TheoryData<string, string> Contradictions =>
        new()
        {
            { "clusters: [{name: a, namespace: a}]", "a needs slurmVersion or slurmImage" },
            { $"clusters: [{{{Cluster}, slurmImage: b}}]", "a needs slurmVersion or slurmImage" },
            { $"clusters: [{{{Cluster}}}, {{{Cluster}, bankingConfig: b}}]", "a is there twice" },
            { $"clusters: [{{{Cluster}}}, {{name: b, bankingConfig: a, namespace: a, slurmVersion: 25.11.2}}]", "a/a is there twice" },
            { "clusters: [{name: A_b, namespace: a, slurmVersion: 25.11.2}]", "A_b can't be the name of a BankingConfig" },
            { $"{{operator: {{namespaces: [b], webhook: {{enabled: false}}}}, clusters: [{{{Cluster}}}]}}", "does not watch namespace a" },
            { "bank: {enabled: true, replicas: 2}", "bank.replicas: more than one needs bank.postgres.existingSecret" },
            { "operator: {namespaces: [b]}", "set operator.webhook.certificateSecret" },
        };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_wrong_value_is_refused_and_named(string values)
    {
        var result = await TemplateAsync(values);

        // The schema says where: the innermost object of a mistake in these is at least the first key's, or the root.
        var first = values[..values.IndexOf(':', StringComparison.Ordinal)];
        Assert.Contains(first, result.Error, StringComparison.Ordinal);
        Assert.Contains("schema", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task A_contradiction_is_refused_and_explained(string values, string words) =>
        Assert.Contains(words, (await TemplateAsync(values)).Error, StringComparison.Ordinal);

    /// <summary>What the schema has, values.yaml has with its default, and the README says what it is for.</summary>
    [Fact]
    public async Task Every_value_has_a_default_and_is_documented()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RenderedChart.Folder, "values.schema.json")))!;
        var known = Paths(schema, schema, "").Where(static path => path != "global").ToList();
        Assert.Contains("clusters[].loginNodes.tolerations", known);
        var readme = await File.ReadAllTextAsync(Path.Combine(RenderedChart.Folder, "README.md"));
        Assert.Equal([], known.Where(path => !readme.Contains($"`{path}`", StringComparison.Ordinal)));
        var defaults = RenderedChart.Read(await File.ReadAllTextAsync(Path.Combine(RenderedChart.Folder, "values.yaml")))[0];
        Assert.Equal(
            [],
            known.Where(path => !path.Contains("[]", StringComparison.Ordinal) && RenderedChart.Find(defaults, path.Split('.')) is null)
        );
    }

    // Objects whose keys are anybody's, and those that are as in a pod, are one value.
    private static IEnumerable<string> Paths(JsonNode root, JsonNode node, string path)
    {
        if ((string?)node["$ref"] is { } reference)
        {
            node = root["definitions"]![reference.Split('/')[^1]]!;
            if (reference.EndsWith("/resources", StringComparison.Ordinal))
            {
                return [path];
            }
        }

        return node["properties"] is JsonObject properties
                ? properties.SelectMany(property =>
                    Paths(root, property.Value!, path.Length == 0 ? property.Key : $"{path}.{property.Key}")
                )
            : node["items"]?["properties"] is not null && path == "clusters" ? Paths(root, node["items"]!, "clusters[]")
            : [path];
    }

    private async Task<CommandResult> TemplateAsync(string values)
    {
        var file = server.In($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, values);
        var result = await server.HelmAsync("template", "x", RenderedChart.Folder, "-f", file);
        Assert.False(result.Succeeded, "helm takes it");
        return result;
    }
}
