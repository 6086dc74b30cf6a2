using System.Net.Http;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>
/// Stamps the hash of the configuration on the controller's pod: the kubelet then looks at its volumes at once instead of at
/// its next turn, a minute or more later. It needs the right to patch pods, which a site may withhold.
/// </summary>
internal sealed class PodAnnotator(ApiServer api, ILogger logger)
{
    public async Task StampAsync(
        ObjectKey config,
        IReadOnlyDictionary<string, string> selector,
        string hash,
        CancellationToken cancellation
    )
    {
        try
        {
            var labels = string.Join(',', selector.Select(static pair => $"{pair.Key}={pair.Value}"));
            foreach (var pod in (await api.ListAsync(Resource.Pods, config.Namespace, labels, cancellation)).Items)
            {
                var metadata = pod.Parse().GetProperty("metadata");
                if (
                    metadata.TryGetProperty("annotations", out var annotations)
                    && StoredObject.Text(annotations, OwnedLabels.ConfigHash) == hash
                )
                {
                    continue;
                }

                var stamp = new JsonObject { ["annotations"] = new JsonObject { [OwnedLabels.ConfigHash] = hash } };
                await api.MergeAsync(Resource.Pods, pod.Key, "", new JsonObject { ["metadata"] = stamp }, cancellation);
            }
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            // Without it the change arrives all the same, later.
            Log.PodsNotAnnotated(logger, config, e.Message);
        }
    }
}
