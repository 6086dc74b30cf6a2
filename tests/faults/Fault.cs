namespace SlurmBanking.Faults.Tests;

/// <summary>A fault: what strikes during the workload, and what puts it right again.</summary>
/// <param name="Name">Said in the table.</param>
/// <param name="Arm">Says when and how it strikes; called before the workload begins.</param>
/// <param name="Heal">Called once all jobs have ended.</param>
/// <param name="InShort">Part of the short selection.</param>
/// <param name="LetsIn">Neither sidecar nor bank can be asked for a while, so that policy alone decides.</param>
public sealed record Fault(
    string Name,
    Func<FaultRig, Task> Arm,
    Func<FaultRig, Task>? Heal = null,
    bool InShort = false,
    bool LetsIn = false
)
{
    public override string ToString() => Name;
}
