using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A process that a test started, with all that it has said; disposing kills it.</summary>
public class RunningProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private bool _disposed;

    public RunningProcess(string name, ProcessStartInfo start)
    {
        Name = name;
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        // Where the tests are ended by SIGTERM or Ctrl-C, nobody disposes.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has said, on both streams.</summary>
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
        Directory.EnumerateFileSystemEntries($"/proc/{Id}/fd").Select(static entry => new FileInfo(entry).LinkTarget);

    /// <summary>Resident memory in KiB (proc(5)).</summary>
    public long RssKib
    {
        get
        {
            var line = File.ReadLines($"/proc/{Id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Processor time that it has taken so far, in user and kernel mode.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The last lines of what it has said, with its name and state above them.</summary>
    public string Tail(int lines = 40)
    {
        var state = HasExited ? $"exited with {_process.ExitCode}" : "runs";
        var all = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return $"{Name} {state}; the end of what it said:\n{string.Join('\n', all.TakeLast(lines))}";
    }

    /// <summary>How many lines of what it has said contain a text.</summary>
    public int TimesSaid(string text) => Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    public Task UntilSaidAsync(string text, TimeSpan? within = null) =>
        Until.TrueAsync(() => TimesSaid(text) > 0, $"{Name} says \"{text}\"", within, () => Tail());

    /// <summary>SIGSTOP: its sockets stay open, and nobody answers on them.</summary>
    public void Freeze() => Signal(Libc.SigStop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal(Libc.SigCont);

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync(TimeSpan? within = null)
    {
        Signal(Libc.SigTerm);
        await Until.TrueAsync(() => HasExited, $"{Name} ends after SIGTERM", within ?? TimeSpan.FromSeconds(40), () => Tail());
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public virtual ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            Kill();
            _process.Dispose();
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    // The number of a process that is gone may be another's by now.
    private void Signal(int signal)
    {
        if (!HasExited)
        {
            Libc.Signal(Id, signal);
        }
    }

    private void OnExit(object? sender, EventArgs e) => _process.Kill();

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
