using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>A container that was started, and what it says.</summary>
internal sealed class RunningContainer : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly PodHost _host;
    private readonly Process _process;

    public RunningContainer(PodHost host, string name, IEnumerable<string> arguments)
    {
        (_host, Name) = (host, name);
        _process = host.Launch([host.Runtime, .. arguments]);
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has said.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>nsenter, unshare, then the container's first process.</summary>
    private int? First => PodHost.ChildOf(_process.Id) is { } unshare ? PodHost.ChildOf(unshare) : null;

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>A command inside, as "kubectl exec" runs it, but of a user.</summary>
    public Task<CommandResult> ExecAsync(string user, params string[] command) =>
        _host.RunAsync([
            "nsenter",
            "--target",
            First?.ToString(CultureInfo.InvariantCulture) ?? throw new InvalidOperationException($"{Name} has ended: {Log}"),
            "--mount",
            "--uts",
            "--pid",
            "--",
            "env",
            "--chdir=/tmp",
            "setpriv",
            $"--reuid={user}",
            $"--regid={user}",
            "--clear-groups",
            .. command,
        ]);

    /// <summary>As the kubelet ends it: SIGTERM, and SIGKILL where that is not enough.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var signal in (string[])["TERM", "KILL"])
        {
            if (_process.HasExited || First is not { } first)
            {
                break;
            }

            using var kill = Process.Start("kill", [$"-{signal}", $"{first}"]);
            await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Not willing.
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.AppendLine(line);
            }
        }
    }
}
