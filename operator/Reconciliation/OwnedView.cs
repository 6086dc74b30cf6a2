using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>What is known of the objects that the operator owns: by the watches, and by its own writes before their echoes.</summary>
internal sealed class OwnedView(IReadOnlyList<Informer> informers)
{
    public StoredObject? Find(Resource resource, ObjectKey key) => Of(resource, key)?.Find(key);

    public void Remember(Resource resource, StoredObject stored) => Of(resource, stored.Key)?.Remember(stored);

    public void Forget(Resource resource, ObjectKey key) => Of(resource, key)?.Forget(key);

    private Informer? Of(Resource resource, ObjectKey key) =>
        informers.FirstOrDefault(informer => informer.Resource == resource && informer.Covers(key.Namespace));
}
