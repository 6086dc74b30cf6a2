using System.Diagnostics;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Runs commands to their end.</summary>
internal static class Command
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <param name="file">The executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="patience">It is killed after this long.</param>
    /// <param name="heard">Hears each line of standard error as it comes.</param>
    public static async Task<CommandResult> RunAsync(
        string file,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string input = "",
        TimeSpan? patience = null,
        Action<string>? heard = null
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var typed = $"{Path.GetFileName(file)} {string.Join(' ', arguments)}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = ReadAsync(process.StandardError, heard);
        using var deadline = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new CommandResult(typed, -1, await output, $"{await error}killed after {patience ?? Patience}\n");
        }

        return new CommandResult(typed, process.ExitCode, await output, await error);
    }

    private static async Task WriteAsync(StreamWriter to, string input)
    {
        try
        {
            await to.WriteAsync(input);
            to.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its exit status says what that means.
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, Action<string>? heard)
    {
        var all = new System.Text.StringBuilder();
        while (await from.ReadLineAsync() is { } line)
        {
            heard?.Invoke(line);
            all.Append(line).Append('\n');
        }

        return all.ToString();
    }
}
