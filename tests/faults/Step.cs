namespace SlurmBanking.Faults.Tests;

/// <summary>Where in the workload a fault may strike.</summary>
public enum Step
{
    /// <summary>The account is known to the sidecar; nothing is submitted yet.</summary>
    Warm,

    /// <summary>A job has just been accepted; reached once for each.</summary>
    Submitted,

    /// <summary>The first job runs.</summary>
    Running,

    /// <summary>The first job has just ended.</summary>
    Ending,

    /// <summary>The last job has ended.</summary>
    Ended,
}
