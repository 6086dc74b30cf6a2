using System.Diagnostics;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Runs Slurm's own commands, found on PATH.</summary>
internal static class SlurmCommand
{
    // slurmctld answers in well under a second; a command that hangs longer is talking to one that is gone.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> NoEnvironment = new(StringComparer.Ordinal);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mayFail">Its exit status is part of the answer.</param>
    /// <exception cref="SlurmCommandException">It can't be started, fails, or takes longer than 30 s.</exception>
    public static async Task<string> RunAsync(
        string command,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellation,
        bool mayFail = false
    )
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? NoEnvironment)
        {
            start.Environment[name] = value;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Timeout);
        try
        {
            using var process = Process.Start(start) ?? throw new SlurmCommandException($"{command} can't be started");
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var errors = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                return process.ExitCode == 0 || mayFail
                    ? await output
                    : throw new SlurmCommandException($"{command} exited with {process.ExitCode}: {(await errors).Trim()}");
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SlurmCommandException($"{command} took longer than {Timeout.TotalSeconds} s");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SlurmCommandException($"{command} can't be started: {e.Message}");
        }
    }
}
