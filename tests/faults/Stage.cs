namespace SlurmBanking.Faults.Tests;

/// <summary>Where a request to the bank is when the proxy lets a fault strike.</summary>
public enum Stage
{
    /// <summary>Sent by the sidecar, not yet seen by the bank.</summary>
    Sent,

    /// <summary>On its way to the bank, which may or may not have booked it.</summary>
    Forwarded,

    /// <summary>Answered by the bank; the sidecar does not know.</summary>
    Booked,

    /// <summary>The sidecar has the answer, and may not have written it down.</summary>
    Answered,
}
