namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What is told to the bank.</summary>
internal enum DeliveryKind
{
    /// <summary>POST /jobs/: the estimate, at the start.</summary>
    Charge,

    /// <summary>PUT /jobs/{id}/: the actual amount, after the end.</summary>
    Settle,
}
