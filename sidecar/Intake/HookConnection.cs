using System.Net.Sockets;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>One plugin's connection.</summary>
internal sealed class HookConnection(Socket socket)
{
    private long _lastAsked;
    private Hook _hook;
    private int _requests;

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

    public void Greet(Hello hello, PluginReports reports)
    {
        IsGreeted = true;
        _hook = hello.Hook;
        _requests = 0;
        IsKept = _hook is Hook.JobSubmit or Hook.Jobcomp;
        if (IsKept && hello.Misses is { } misses)
        {
            reports.Told(_hook, misses);
        }
    }

    /// <summary>
    /// Takes note of a request. A plugin gives up a connection at the first failure: a second one says that the first went well.
    /// </summary>
    public void Asked(PluginReports reports)
    {
        if (IsKept && ++_requests == 2)
        {
            reports.Trusts(_hook);
        }
    }
}
