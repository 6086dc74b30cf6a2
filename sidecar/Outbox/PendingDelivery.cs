using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>A delivery as it waits in the outbox.</summary>
/// <param name="Seq">Its place in the order of facts.</param>
/// <param name="Attempts">How often it was sent before: then a duplicate at the bank is this very record.</param>
/// <param name="Delivery">What is sent.</param>
internal sealed record PendingDelivery(long Seq, int Attempts, Delivery Delivery);
