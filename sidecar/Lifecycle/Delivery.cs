using SlurmBanking.BankApi;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>One record for the bank.</summary>
internal sealed record Delivery(RunKey Run, string Account, DeliveryKind Kind, Job Job);
