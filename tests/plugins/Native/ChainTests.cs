using SlurmBanking.Plugins.Tests.Peer;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>
/// A jobcomp plugin that ours chains to (neighbour.c, which says what is called), right and wrong; each is initialised, used and ended
/// twice, as by a backup slurmctld. The one that ships is tried on a real Slurm (tests/slurm).
/// </summary>
[Collection(ControllerCollection.Name)]
public sealed class ChainTests(SanitizedController controller) : IDisposable
{
    private const string Once = "init\nlocation /the/site's/own\nend 7\njobs=0x77\nfini\n";
    private const string Nothing = "jobs=(nil)\n";

    private readonly RuntimeDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("chain=jobcomp/neighbour")]
    [InlineData("chain=neighbour")]
    [InlineData("topic=jobs,timeout=5, Chain=jobcomp/neighbour,enable_job_start")]
    public void Every_call_goes_on_to_it_and_its_failures_are_not_ours(string parameters)
    {
        var (calls, log) = Run(parameters, "neighbour");

        Assert.Equal(Once + Once, calls);
        Assert.Contains("does not take JobCompLoc", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("topic=jobs")]
    [InlineData("unchain=neighbour")]
    [InlineData("chain")]
    public void Where_nothing_is_named_nothing_is_called_or_said(string parameters)
    {
        var (calls, log) = Run(parameters, "neighbour");

        Assert.Equal(Nothing + Nothing, calls);
        Assert.DoesNotContain("chain", log, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("chain=jobcomp/nosuch", "PluginDir has no such plugin")]
    [InlineData("chain=a_name_longer_than_any_plugin_ever_had_and_then_some_more_letters", "PluginDir has no such plugin")]
    [InlineData("chain=slurm_banking", "no name of another plugin")]
    [InlineData("chain=jobcomp/", "no name of another plugin")]
    [InlineData("chain=../neighbour", "no name of another plugin")]
    [InlineData("chain=broken", "another version of Slurm", "-DTYPE=\"jobcomp/broken\"", "-DVERSION=0x160507")]
    [InlineData("chain=broken", "another plugin")]
    [InlineData("chain=broken", "lacks a call", "-DTYPE=\"jobcomp/broken\"", "-DINCOMPLETE")]
    [InlineData("chain=text", "invalid ELF header")]
    public void One_that_cannot_be_used_is_left_out_and_said_once(string parameters, string why, params string[] defines)
    {
        File.WriteAllText(Path.Combine(controller.Directory, "jobcomp_text.so"), new string('x', 4096));
        var (calls, log) = Run(parameters, "broken", defines);

        Assert.Equal(Nothing + Nothing, calls);
        Assert.Equal(2, Lines(log, "which is left out: ").Count);
        Assert.All(Lines(log, "which is left out: "), line => Assert.Contains(why, line, StringComparison.Ordinal));
    }

    [Fact]
    public void One_whose_init_fails_is_left_out()
    {
        var (calls, log) = Run("chain=broken", "broken", "-DTYPE=\"jobcomp/broken\"", "-DINIT=SLURM_ERROR");

        Assert.Equal($"init\n{Nothing}init\n{Nothing}", calls);
        Assert.Contains("its init() failed", log, StringComparison.Ordinal);
    }

    private static List<string> Lines(string log, string with) =>
        [.. log.Split('\n').Where(line => line.Contains(with, StringComparison.Ordinal))];

    // The plugin is compiled, and called through ours; what the bank was told is in the spool, whatever became of it.
    private (string Calls, string Log) Run(string parameters, string plugin, params string[] defines)
    {
        using var spool = new RuntimeDirectory();
        controller.Compile(
            "neighbour.c",
            ["-fPIC", "-shared", .. defines, "-o", Path.Combine(controller.Directory, $"jobcomp_{plugin}.so")]
        );
        var output = controller.Run(_directory.Socket, spool.Path, "chain", parameters);
        Assert.Equal(2, Directory.GetFiles(spool.Path, "*.frame").Length);
        var lines = output.Split('\n').ToLookup(static line => Said(line));
        return (string.Concat(lines[true].Select(static line => line + "\n")), string.Join('\n', lines[false]));
    }

    private static bool Said(string line) =>
        line is "init" or "fini"
        || line.StartsWith("location ", StringComparison.Ordinal)
        || line.StartsWith("end ", StringComparison.Ordinal)
        || line.StartsWith("jobs=", StringComparison.Ordinal);
}
