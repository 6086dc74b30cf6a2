using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>Writes the status when it has changed, and an event for what people should hear of.</summary>
internal sealed class StatusWriter(ApiServer api, IReadOnlyList<Informer> configs, TimeProvider time, ILogger logger)
{
    /// <summary>An event's note has a bound at the API server.</summary>
    private const int LongestNote = 1000;

    public async Task WriteAsync(ObjectKey key, BankingConfig config, BankingConfigStatus status, CancellationToken cancellation)
    {
        var (before, after) = (ToJson(config.Status ?? new BankingConfigStatus()), ToJson(status));
        if (JsonNode.DeepEquals(before, after))
        {
            return;
        }

        // What is no longer said is said to be gone: a merge would leave it.
        foreach (var field in before.Select(static pair => pair.Key).Where(field => !after.ContainsKey(field)).ToList())
        {
            after[field] = null;
        }

        var written = await api.MergeAsync(Crd, key, "/status", new JsonObject { ["status"] = after }, cancellation);

        // The answer shows the spec as it is by now. One that was edited meanwhile must come as the news that it is.
        if (GenerationOf(written) == config.Metadata.Generation)
        {
            configs.FirstOrDefault(informer => informer.Covers(key.Namespace))?.Remember(written);
        }

        foreach (var (condition, isBad) in News(config.Status, status))
        {
            Log.ConditionChanged(logger, key, condition.Type, condition.Status, condition.Reason, condition.Message);
            await TellAsync(key, config, condition, isBad, cancellation);
        }
    }

    /// <summary>BankingConfigs.</summary>
    public static Resource Crd { get; } = new(BankingConfig.Group, BankingConfig.Version, "bankingconfigs", nameof(BankingConfig));

    /// <summary>
    /// Conditions that turned bad, or good again; not what is merely not known yet, and not that a new object begins well.
    /// </summary>
    internal static IEnumerable<(Condition Condition, bool IsBad)> News(BankingConfigStatus? before, BankingConfigStatus after)
    {
        foreach (var condition in after.Conditions ?? [])
        {
            if (condition.Type == ConditionTypes.Ready || condition.Status == "Unknown" || condition.Reason is "NotRendered" or "Underway")
            {
                continue;
            }

            var known = before?.Conditions?.FirstOrDefault(one => one.Type == condition.Type);
            var isBad = condition.Status == (condition.Type == ConditionTypes.Conflict ? "True" : "False");
            var isNews = isBad
                ? known?.Status != condition.Status || known.Reason != condition.Reason || known.Message != condition.Message
                : known is not null && known.Status != condition.Status;
            if (isNews)
            {
                yield return (condition, isBad);
            }
        }
    }

    private async Task TellAsync(ObjectKey key, BankingConfig config, Condition condition, bool isBad, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var stamp = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var note = condition.Message.Length <= LongestNote ? condition.Message : condition.Message[..LongestNote];
        var body = new JsonObject
        {
            ["apiVersion"] = Resource.Events.ApiVersion,
            ["kind"] = Resource.Events.Kind,
            ["metadata"] = new JsonObject { ["namespace"] = key.Namespace, ["generateName"] = $"{key.Name}." },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = config.ApiVersion,
                ["kind"] = config.Kind,
                ["namespace"] = key.Namespace,
                ["name"] = key.Name,
                ["uid"] = config.Metadata.Uid,
            },
            ["type"] = isBad ? "Warning" : "Normal",
            ["reason"] = condition.Reason,
            ["message"] = note,
            ["count"] = 1,
            ["firstTimestamp"] = stamp,
            ["lastTimestamp"] = stamp,
            ["source"] = new JsonObject { ["component"] = ApiServer.FieldManager },
        };
        try
        {
            await api.CreateAsync(Resource.Events, key.Namespace, body, cancellation);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or TimeoutException or IOException)
        {
            // Nothing depends on it: the status says the same.
            Log.EventNotWritten(logger, key, e.Message);
        }
    }

    private static long? GenerationOf(StoredObject stored) =>
        stored.Parse().GetProperty("metadata").TryGetProperty("generation", out var generation) ? generation.GetInt64() : null;

    private static JsonObject ToJson(BankingConfigStatus status) =>
        JsonSerializer.SerializeToNode(status, ApiJson.Of<BankingConfigStatus>())!.AsObject();
}
