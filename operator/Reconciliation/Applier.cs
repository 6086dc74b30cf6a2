using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>Makes owned objects as they should be, by server-side apply, and only when they are not already.</summary>
internal sealed class Applier(ApiServer api, OwnedView owned, ILogger logger)
{
    /// <param name="config">Whose object it is.</param>
    /// <param name="wanted">How it should be.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isNew">The server has just said that there is none.</param>
    /// <returns>Whether anything had to be written.</returns>
    /// <exception cref="ForeignObjectException">The name is taken by an object that is not this config's.</exception>
    public async Task<bool> EnsureAsync(ObjectKey config, OwnedObject wanted, CancellationToken cancellation, bool isNew = false)
    {
        var (resource, key) = (wanted.Resource, wanted.Key);

        // No watch shows a stranger's object. Whoever makes one in the moment that this does not show loses no field of it:
        // what is new is applied without force.
        var known = owned.Find(resource, key) ?? (isNew ? null : await api.GetAsync(resource, key, cancellation, mayBeOld: true));
        if (known is not null)
        {
            var actual = known.Parse();
            if (OwnerOf(actual) != config.Name)
            {
                throw new ForeignObjectException(resource, key);
            }

            if (Covers(wanted.Body, actual) && HasSameOwners(wanted.Body, actual))
            {
                owned.Remember(resource, known);
                return false;
            }
        }

        var body = (JsonObject)wanted.Body.DeepClone();
        if (known is not null)
        {
            // What has become another object, or another version, meanwhile is looked at before it is changed.
            body["metadata"]!["uid"] = known.Uid;
            body["metadata"]!["resourceVersion"] = known.ResourceVersion;
        }

        try
        {
            owned.Remember(resource, await api.ApplyAsync(resource, body, isForced: known is not null, cancellation));
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.Conflict)
        {
            // What was known is no longer so: what is there now is looked at before anything is written.
            owned.Forget(resource, key);
            throw;
        }

        if (known is null)
        {
            Log.Made(logger, config, resource.Kind, key.Name);
        }
        else
        {
            Log.Changed(logger, config, resource.Kind, key.Name);
        }

        return true;
    }

    /// <summary>Name of the BankingConfig that an object belongs to; null for a stranger's.</summary>
    public static string? OwnerOf(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("labels", out var labels)
        && StoredObject.Text(labels, OwnedLabels.ManagedBy) == OwnedLabels.Operator
            ? StoredObject.Text(labels, OwnedLabels.Config)
            : null;

    // The server adds to what was asked for, so what is asked for has to be there, not to be all.
    private static bool Covers(JsonNode? wanted, JsonElement actual) =>
        wanted switch
        {
            JsonObject fields => actual.ValueKind == JsonValueKind.Object
                && fields.All(field =>
                    field.Key is "ownerReferences" || (actual.TryGetProperty(field.Key, out var there) && Covers(field.Value, there))
                ),
            JsonArray items => actual.ValueKind == JsonValueKind.Array
                && actual.GetArrayLength() == items.Count
                && items.Zip(actual.EnumerateArray()).All(static pair => Covers(pair.First, pair.Second)),
            JsonValue value => JsonElement.DeepEquals(JsonElement.Parse(value.ToJsonString(ApiJson.Options)), actual),
            _ => actual.ValueKind == JsonValueKind.Null,
        };

    private static bool HasSameOwners(JsonObject wanted, JsonElement actual)
    {
        var uid = (string?)wanted["metadata"]!["ownerReferences"]?[0]?["uid"];
        var owners = actual.GetProperty("metadata").TryGetProperty("ownerReferences", out var there)
            ? there.EnumerateArray().Where(static owner => StoredObject.Text(owner, "kind") == nameof(Api.BankingConfig)).ToList()
            : [];
        return uid is null ? owners.Count == 0 : owners.Count == 1 && StoredObject.Text(owners[0], "uid") == uid;
    }
}
