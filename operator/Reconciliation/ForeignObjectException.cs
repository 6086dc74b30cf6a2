using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>An object of that name is there, and it is somebody else's: it is left alone.</summary>
internal sealed class ForeignObjectException(Resource resource, ObjectKey key)
    : Exception($"{resource.Kind} {key.Name} is there and is not this BankingConfig's: it was not touched");
