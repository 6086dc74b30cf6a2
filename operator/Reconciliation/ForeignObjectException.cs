using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>An object of that name is there, and it is somebody else's: it is left alone.</summary>
internal sealed class ForeignObjectException(Resource resource, ObjectKey key)
    : Exception(Conditions.ForeignObject(resource.Kind, key.Name));
