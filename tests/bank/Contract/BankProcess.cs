using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The real executable: as a server on a free loopback port, or for one command.</summary>
public sealed class BankProcess : IDisposable
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "SlurmBanking.Bank");
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private BankProcess(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All that it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>What its file descriptors refer to (proc(5)).</summary>
    public IEnumerable<string?> Descriptors() =>
        Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Select(static entry => new FileInfo(entry).LinkTarget);

    public static async Task<BankProcess> Serve(string database, string basePath = "", params string[] more)
    {
        var bank = new BankProcess(Start(["serve", "--url", $"http://127.0.0.1:0{basePath}", "--database", database, .. more]));
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        bank._process.OutputDataReceived += (_, line) => bank.Hear(line.Data, listening);
        bank._process.ErrorDataReceived += (_, line) => bank.Hear(line.Data, listening);
        bank._process.BeginOutputReadLine();
        bank._process.BeginErrorReadLine();
        var ended = bank._process.WaitForExitAsync();
        var first = await Task.WhenAny(listening.Task, ended).WaitAsync(TimeSpan.FromSeconds(60));
        bank.Address = first == ended ? throw new InvalidOperationException($"the bank ended: {bank.Output}") : await listening.Task;
        return bank;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await error);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        const string Listening = "bank listening on ";
        if (line.StartsWith(Listening, StringComparison.Ordinal))
        {
            listening.TrySetResult(new Uri(line[Listening.Length..line.IndexOf(',', StringComparison.Ordinal)] + "/"));
        }
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("BANK_DATABASE");
        return Process.Start(start)!;
    }
}
