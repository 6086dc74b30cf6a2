using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>The sidecar as a process, as it is built, on a machine without Slurm.</summary>
internal sealed class SidecarProcess : IDisposable
{
    private readonly TemporaryState _state = new();
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public SidecarProcess(string configuration, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(_state.Paths.ConfigFile, configuration);
        Directory.CreateDirectory(_state.Paths.SpoolDirectory);
        Http = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = StartOf(
            "--config",
            _state.Paths.ConfigFile,
            "--state",
            _state.Paths.StateDirectory,
            "--runtime-dir",
            _state.Paths.RuntimeDirectory,
            "--spool",
            _state.Paths.SpoolDirectory,
            "--http",
            Http.Authority
        );
        start.Environment["PATH"] = _state.In("empty");

        // Where it starts nothing is its own: were this read, it would not start.
        start.WorkingDirectory = Directory.CreateDirectory(_state.In("elsewhere")).FullName;
        File.WriteAllText(Path.Combine(start.WorkingDirectory, "appsettings.json"), "no JSON");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Http { get; }

    public string ApiSocket => _state.Paths.ApiSocket;

    /// <summary>What its descriptors are (proc(5), fd).</summary>
    public IEnumerable<string?> Descriptors() =>
        Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Select(static entry => new FileInfo(entry).LinkTarget);

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

    public string In(string name) => _state.In(name);

    public async Task<string> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = Http };
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }

    public async Task UntilUpAsync()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await GetAsync("/healthz");
                return;
            }
            catch (HttpRequestException) when (i < 300 && !_process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Runs it to its end with other arguments.</summary>
    public static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(StartOf(arguments));

    /// <summary>Runs the sbank that was built beside this test.</summary>
    public static Task<(int Code, string Output, string Errors)> SbankAsync(params string[] arguments) =>
        RunAsync(ByDotNet("SlurmBanking.Cli", arguments));

    private static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _state.Dispose();
    }

    /// <summary>The sidecar that was built beside this test; benchmarks name the directory of a published one in SIDECAR_BIN.</summary>
    internal static ProcessStartInfo StartOf(params string[] arguments) =>
        Environment.GetEnvironmentVariable("SIDECAR_BIN") is { Length: > 0 } published
            ? Redirected(new ProcessStartInfo(Path.Combine(published, "sidecar"), arguments))
            : ByDotNet("SlurmBanking.Sidecar", arguments);

    private static ProcessStartInfo ByDotNet(string project, string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var dll = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"{project}.dll");
        var host = Environment.ProcessPath is { } us && Path.GetFileName(us) == "dotnet" ? us : DotNet();
        return Redirected(new ProcessStartInfo(host, [dll, .. arguments]));
    }

    private static ProcessStartInfo Redirected(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }

    // The runtime that runs this test.
    private static string DotNet() =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));

    // Below those that the kernel gives to connections: nobody takes it before the sidecar does.
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has this one.
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
