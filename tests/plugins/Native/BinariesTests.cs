using System.Text.RegularExpressions;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>What slurmctld, slurmstepd and the dynamic linker will find.</summary>
public sealed partial class BinariesTests(PublishedPlugins plugins)
{
    /// <summary>What Rocky 9 has; NativeAOT's own runtime needs it too.</summary>
    private static readonly Version NewestGlibc = new(2, 34);

    [Fact]
    public void They_build_without_a_warning()
    {
        Assert.True(plugins.ExitCode == 0, plugins.BuildOutput);
        Assert.DoesNotContain("warning", plugins.BuildOutput, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(
        "libslurm_banking.so",
        "slurm_banking_end slurm_banking_modify slurm_banking_open slurm_banking_start slurm_banking_submit"
    )]
    [InlineData("job_submit_slurm_banking.so", "fini init job_modify job_submit plugin_name plugin_type plugin_version")]
    [InlineData(
        "jobcomp_slurm_banking.so",
        "fini init jobcomp_p_get_jobs jobcomp_p_log_record jobcomp_p_set_location plugin_name plugin_type plugin_version",
        "22.05"
    )]
    [InlineData("spank_slurm_banking.so", "plugin_name plugin_type plugin_version slurm_spank_init spank_plugin_version")]
    public void They_export_what_their_host_needs_and_nothing_else(string library, string expected, string? onlyFor = null)
    {
        var exported = Nm("--defined-only", library)
            .Where(static symbol => symbol.Kind != "A")
            .Select(static symbol => symbol.Name.Split('@')[0])
            .Order(StringComparer.Ordinal);

        Assert.SkipUnless(
            onlyFor is null || plugins.BuildOutput.Contains($"Slurm {onlyFor}", StringComparison.Ordinal),
            "another Slurm release asks for other symbols"
        );
        Assert.Equal(expected, string.Join(' ', exported));
    }

    [Theory]
    [InlineData("libslurm_banking.so")]
    [InlineData("job_submit_slurm_banking.so")]
    [InlineData("jobcomp_slurm_banking.so")]
    [InlineData("spank_slurm_banking.so")]
    public void They_run_on_any_glibc_since_2_34(string library)
    {
        var versions = Nm("--undefined-only", library)
            .Select(static symbol => GlibcVersion().Match(symbol.Name))
            .Where(static match => match.Success)
            .Select(static match => Version.Parse(match.Groups["version"].Value));

        Assert.InRange(versions.Max()!, new Version(2, 2), NewestGlibc);
    }

    [Theory]
    [InlineData("libslurm_banking.so")]
    [InlineData("job_submit_slurm_banking.so")]
    [InlineData("jobcomp_slurm_banking.so")]
    [InlineData("spank_slurm_banking.so")]
    public void They_stay_when_slurm_closes_them(string library)
    {
        var (_, output) = PublishedPlugins.Run("readelf", "-d", plugins.PathOf(library));

        Assert.Matches("FLAGS_1.*NODELETE", output);
    }

    private IEnumerable<(string Kind, string Name)> Nm(string which, string library)
    {
        var (exitCode, output) = PublishedPlugins.Run("nm", "-D", which, plugins.PathOf(library));
        Assert.True(exitCode == 0, output);
        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static words => (words[^2], words[^1]));
    }

    [GeneratedRegex(@"@GLIBC_(?<version>[0-9.]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlibcVersion();
}
