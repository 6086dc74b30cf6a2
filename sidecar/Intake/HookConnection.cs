using System.Net.Sockets;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>One plugin's connection.</summary>
internal sealed class HookConnection(Socket socket)
{
    private long _lastAsked;

    public Socket Socket => socket;

    /// <summary>It has said hello, and was welcome.</summary>
    public bool IsGreeted { get; private set; }

    /// <summary>It belongs to slurmctld, which keeps its connections; everybody else comes for one report.</summary>
    public bool IsKept { get; private set; }

    /// <summary>When it last asked something, as a timestamp.</summary>
    public long LastAsked
    {
        get => Volatile.Read(ref _lastAsked);
        set => Volatile.Write(ref _lastAsked, value);
    }

    public void Greet(Hook hook)
    {
        IsGreeted = true;
        IsKept = hook is Hook.JobSubmit or Hook.Jobcomp;
    }
}
