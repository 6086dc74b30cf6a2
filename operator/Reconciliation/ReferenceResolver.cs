using System.Net;
using System.Text.Json;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>Finds the Slurm cluster that a BankingConfig names, and by which labels its controller's pod is known.</summary>
internal sealed class ReferenceResolver(ApiServer api)
{
    /// <summary>Of Slinky's slurm-operator.</summary>
    public static readonly Resource SlinkyControllers = new("slinky.slurm.net", "v1beta1", "controllers", "Controller");

    /// <summary>Of Nebius' soperator.</summary>
    public static readonly Resource SlurmClusters = new("slurm.nebius.ai", "v1", "slurmclusters", "SlurmCluster");

    public async Task<ControllerReference> ResolveAsync(BankingConfig config, CancellationToken cancellation)
    {
        var (slurm, space) = (config.Spec.Slurm, config.Metadata.NamespaceProperty);
        if (slurm?.Slinky?.ControllerRef?.Name is { } controller)
        {
            var selector = SelectorOr(config, ("app.kubernetes.io/name", "slurmctld"), ("app.kubernetes.io/instance", controller));
            const string field = "spec.slurm.slinky.controllerRef.name";
            var (found, problem) = await FindAsync(SlinkyControllers, new ObjectKey(space, controller), field, cancellation);
            return new ControllerReference(selector, controller, Image(found, "spec", "slurmctld", "image"), problem);
        }

        if (slurm?.Soperator?.SlurmClusterRef?.Name is { } cluster)
        {
            var selector = SelectorOr(config, ("app.kubernetes.io/component", "controller"), ("app.kubernetes.io/instance", cluster));
            const string field = "spec.slurm.soperator.slurmClusterRef.name";
            var (found, problem) = await FindAsync(SlurmClusters, new ObjectKey(space, cluster), field, cancellation);
            return new ControllerReference(
                selector,
                cluster,
                Image(found, "spec", "slurmNodes", "controller", "slurmctld", "image"),
                problem
            );
        }

        return new ControllerReference(SelectorOr(config), null, null, null);
    }

    private async Task<(StoredObject? Found, string? Problem)> FindAsync(
        Resource resource,
        ObjectKey key,
        string field,
        CancellationToken cancellation
    )
    {
        try
        {
            var found = await api.GetAsync(resource, key, cancellation);
            return (found, found is null ? Conditions.NoReferent(field, resource.Kind, key.Name, key.Namespace) : null);
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            // Whoever may not look does not know; the sidecar's answer will show it.
            return (null, null);
        }
    }

    private static string? Image(StoredObject? found, params ReadOnlySpan<string> path)
    {
        if (found is null)
        {
            return null;
        }

        var at = found.Parse();
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.String ? at.GetString() : null;
    }

    private static IReadOnlyDictionary<string, string> SelectorOr(
        BankingConfig config,
        params ReadOnlySpan<(string Label, string Value)> labels
    )
    {
        if (config.Spec.Sidecar?.Selector is { Count: > 0 } given)
        {
            return given;
        }

        var selector = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (label, value) in labels)
        {
            selector[label] = value;
        }

        return selector;
    }
}
