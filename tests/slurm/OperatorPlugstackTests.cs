using System.Diagnostics;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// The plugstack.conf that the operator renders (its golden file, with places of this test for those of a pod), as a real slurmd
/// and srun read it: it loads our plugin, it takes in the site's, and whatever of ours is missing costs no job anything.
/// </summary>
public sealed class OperatorPlugstackTests : IAsyncLifetime
{
    private const string Golden = "tests/operator/Rendering/golden/files/everything/plugstack.conf";

    /// <summary>Far below the minute for which later Slurms wait for a plain include that is not there; 22.05 does not wait.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly string _root = FindRoot();
    private readonly string _directory = Directory.CreateTempSubdirectory("slurm-banking-plugstack.").FullName;

    private string Library => In("opt/plugins/spank_slurm_banking.so");

    private string Site => In("etc/plugstack.conf");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: slurmd starts jobs as their users");
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        foreach (var folder in new[] { "opt/plugins", "etc", "starts" })
        {
            Directory.CreateDirectory(In(folder));
        }

        File.SetUnixFileMode(In("starts"), (UnixFileMode)0b111_000_000);
        var version = (await RunAsync("slurmd", "-V")).Output.Split(' ')[1].Split('-')[0].Trim();
        File.Copy(Path.Combine(_root, "artifacts/plugins", version, "spank_slurm_banking.so"), Library);
        var text = await File.ReadAllTextAsync(Path.Combine(_root, Golden));
        foreach (
            var (place, ours) in new[] { ("/opt/slurm-banking/", "opt/"), ("/var/spool/slurm-banking", "starts"), ("/etc/slurm/", "etc/") }
        )
        {
            Assert.Contains(place, text, StringComparison.Ordinal);
            text = text.Replace(place, In(ours), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(In("plugstack.conf"), text);
        var up = await RunAsync(Path.Combine(_root, "eng/slurm-cluster.sh"), "up", _directory);
        Assert.True(up.ExitCode == 0, up.Output + up.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(Path.Combine(_root, "eng/slurm-cluster.sh"), "down", _directory);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_loads_our_plugin_and_the_site_s_and_what_is_missing_stops_no_job()
    {
        // No file of the site's, and none of a configless daemon: nothing is waited for. No sidecar: the start is spooled.
        await RunsAsync();
        Assert.Equal(1, Starts());

        // The site's own file is in force: a plugin that it requires, and that is not there, stops the job.
        await File.WriteAllTextAsync(Site, "required /nowhere/spank_of_the_site.so\n", TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await JobAsync()).ExitCode);
        await File.WriteAllTextAsync(Site, "optional /nowhere/spank_of_the_site.so\n", TestContext.Current.CancellationToken);
        var before = Starts();
        await RunsAsync();
        Assert.Equal(before + 1, Starts());

        // Ours is not there, as on a node where it was not laid yet.
        File.Delete(Library);
        await RunsAsync();
        Assert.Equal(before + 1, Starts());
    }

    private async Task RunsAsync()
    {
        var job = await JobAsync();
        Assert.True(job.ExitCode == 0, $"{job.Output}{job.Error}");
        Assert.InRange(job.Took, TimeSpan.Zero, Soon);
    }

    private Task<CommandResult> JobAsync() => RunAsync("srun", "-n1", "--time=1", "true");

    private int Starts() => Directory.GetFiles(In("starts")).Length;

    private string In(string name) => Path.Combine(_directory, name);

    private async Task<CommandResult> RunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/tmp",
        };
        start.Environment["SLURM_CONF"] = In("slurm.conf");
        start.Environment["NODES"] = "1";
        start.Environment["EXTRA_CONF"] = $"PlugStackConfig={In("plugstack.conf")}";
        var began = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error, began.Elapsed);
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "SlurmBanking.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the source tree");
        }

        return directory.FullName;
    }
}
