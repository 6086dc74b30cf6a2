namespace SlurmBanking.Operator.Runtime;

/// <summary>Brings the world in line with an object; called for one object at a time, however many workers there are.</summary>
internal interface IEntityController
{
    /// <summary>Called after every change, and again when it asked for that or failed. Doing it twice does nothing twice.</summary>
    /// <exception cref="ApiException">Tried again later, and later each time.</exception>
    Task<ReconciliationResult> ReconcileAsync(StoredObject entity, CancellationToken cancellation);

    /// <summary>Called after the object has gone.</summary>
    Task<ReconciliationResult> DeletedAsync(ObjectKey key, CancellationToken cancellation);
}
