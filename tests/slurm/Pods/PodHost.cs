using System.Diagnostics;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// A machine for pods without Kubernetes: a network and processes of its own, which end with this object or with the process that
/// has it. Pods share its one address.
/// </summary>
internal sealed class PodHost : IAsyncDisposable
{
    /// <summary>Beside loopback: with that alone Slurm resolves no name.</summary>
    public const string Address = "10.99.0.1";

    private readonly Process _cell;
    private readonly int _first;

    private PodHost(Process cell, int first)
    {
        _cell = cell;
        _first = first;
    }

    /// <summary>eng/container.sh.</summary>
    public required string Runtime { get; init; }

    /// <summary>Volumes, images: nobody but root gets in here, so that what a container sees of it is what it mounts.</summary>
    public required string Directory { get; init; }

    public static async Task<PodHost> StartAsync(string root)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("slurm-banking-pods.").FullName;

        // It ends when its standard input does, also where this process is killed.
        var script = $"ip link set lo up; ip address add {Address}/32 dev lo; echo up; read -r _";
        var cell = Start(["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec", script]);
        Assert.Equal("up", await cell.StandardOutput.ReadLineAsync());
        return new PodHost(cell, ChildOf(cell.Id)!.Value) { Runtime = Path.Combine(root, "eng/container.sh"), Directory = directory };
    }

    public async ValueTask DisposeAsync()
    {
        _cell.StandardInput.Close();
        await _cell.WaitForExitAsync();
        _cell.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Starts a command on this machine.</summary>
    public Process Launch(IEnumerable<string> command) => Start(["nsenter", "--target", $"{_first}", "--net", "--pid", "--", .. command]);

    /// <summary>Runs a command on this machine to its end.</summary>
    public async Task<CommandResult> RunAsync(params string[] command)
    {
        var began = Stopwatch.StartNew();
        using var process = Launch(command);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error, began.Elapsed);
    }

    /// <summary>The first child of a process; null when it has none.</summary>
    public static int? ChildOf(int process)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{process}/task/{process}/children");
            return children.Length == 0 ? null : int.Parse(children.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Process Start(IReadOnlyList<string> command) =>
        Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1))
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/tmp",
            }
        )!;
}
