using System.Text;
using System.Text.Json;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>
/// Remembers the credentials between a cluster's sidecars, and advances them when their time has come. What is decided is
/// written down before anything follows from it, so that an operator that dies in between goes on with the same.
/// </summary>
internal sealed class CredentialKeeper(ApiServer api, OwnedView owned, Applier applier, TimeProvider time, ILogger logger)
{
    public async Task<CredentialState> AdvanceAsync(BankingConfig config, CancellationToken cancellation)
    {
        var key = new ObjectKey(config.Metadata.NamespaceProperty, config.Metadata.Name);
        var memory = new ObjectKey(key.Namespace, OwnedNames.Authority(key.Name));
        var stored = owned.Find(Resource.Secrets, memory) ?? await api.GetAsync(Resource.Secrets, memory, cancellation);
        var state = CredentialPlan.Advance(Read(key, stored), OwnedObjects.ServiceNames(config), time.GetUtcNow());
        await applier.EnsureAsync(key, OwnedObjects.Memory(config, state), cancellation, isNew: stored is null);
        return state;
    }

    private CredentialState? Read(ObjectKey key, StoredObject? stored)
    {
        if (stored is null || Applier.OwnerOf(stored.Parse()) != key.Name)
        {
            return null;
        }

        try
        {
            var text = stored.Parse().GetProperty("data").GetProperty(OwnedObjects.StateKey).GetBytesFromBase64();
            var state = JsonSerializer.Deserialize(text, ApiJson.Of<CredentialState>());
            return state is { NodeTokens.Count: > 0, LoginTokens.Count: > 0, Authorities.Count: > 0 }
                ? state
                : throw new JsonException("a list is empty");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            // The message of a JsonException quotes no values.
            Log.CredentialsUnreadable(logger, key, stored.Key.Name, e.GetType().Name);
            return null;
        }
    }
}
