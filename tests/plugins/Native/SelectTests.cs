using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>
/// /slurm-banking/bin/select in images of many kinds: this machine, on which files of Slurm and of the C library are hidden
/// behind others in a mount namespace of its own. Debian 12's Slurm is 22.05.8.
/// </summary>
public sealed partial class SelectTests(StagedImage image) : IClassFixture<StagedImage>, IDisposable
{
    private const string Slurm = "22.05.8";
    private const string Libc = "/lib/x86_64-linux-gnu/libc.so.6";

    private static readonly string[] Plugins = ["job_submit_slurm_banking.so", "jobcomp_slurm_banking.so", "spank_slurm_banking.so"];

    private readonly string _directory = Directory.CreateTempSubdirectory("slurm-banking-select.").FullName;

    private string To => Path.Combine(_directory, "plugins");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_runs_without_any_library() =>
        Assert.DoesNotContain("NEEDED", PublishedPlugins.Run("objdump", "-p", image.In("bin/select")).Output, StringComparison.Ordinal);

    [Fact]
    public void The_build_for_this_very_Slurm_is_taken_as_it_is()
    {
        var said = Select();

        Assert.Contains($"Slurm {Slurm}, says /usr/sbin/slurmctld -V", said, StringComparison.Ordinal);
        Assert.Contains($"took the build for {Slurm}", said, StringComparison.Ordinal);
        foreach (var plugin in Plugins)
        {
            Assert.Equal(File.ReadAllBytes(image.In("builds", Slurm, plugin)), File.ReadAllBytes(Path.Combine(To, plugin)));
        }

        IsWhole();
    }

    [Fact]
    public void Without_options_it_works_beside_itself()
    {
        Copy(image.Directory, _directory);

        var (exitCode, said) = PublishedPlugins.Run(Path.Combine(_directory, "bin/select"));

        Assert.Equal(0, exitCode);
        Assert.Contains($"took the build for {Slurm}", said, StringComparison.Ordinal);
        IsWhole();
    }

    [Theory]
    // The nearest of the same major.minor, below or above.
    [InlineData("22.05.3", "22.05.2 22.05.6", "22.05.2")]
    [InlineData("22.05.5", "22.05.2 22.05.6 22.06.5", "22.05.6")]
    [InlineData("22.05.11", "22.05.2 22.05.6", "22.05.6")]
    [InlineData("25.11.0", "22.05.2 25.11.9", "25.11.9")]
    public void Without_a_build_for_it_the_nearest_says_that_it_is_for_it(string wanted, string releases, string nearest)
    {
        var said = Select(["--slurm", wanted, "--from", BuildsOf(releases)]);

        Assert.Contains($"no build for {wanted}: took the one for {nearest}", said, StringComparison.Ordinal);
        Assert.All(Plugins, plugin => Assert.Equal(wanted, VersionIn(Path.Combine(To, plugin))));
        IsWhole();
    }

    [Theory]
    [InlineData("23.02.8")]
    [InlineData("26.11.0")]
    [InlineData("slurm 25.05.0-0rc1", "25.05.0")]
    public void Without_a_build_of_its_major_minor_plugins_that_do_nothing_say_that_they_are_for_it(string wanted, string? version = null)
    {
        var said = Select(["--slurm", wanted]);

        Assert.Contains("plugins that do nothing", said, StringComparison.Ordinal);
        AreInert(version ?? wanted);
    }

    [Theory]
    [InlineData("GLIBC_2.2.5 GLIBC_2.28", "2.28")]
    [InlineData("", "none")]
    public void With_a_C_library_that_is_too_old_plugins_do_nothing(string has, string shown)
    {
        var said = SelectWhere((Libc, has));

        Assert.Contains($"the builds need glibc 2.34, and here is {shown}: plugins that do nothing", said, StringComparison.Ordinal);
        AreInert(Slurm);
    }

    [Fact]
    public void Where_slurmctld_is_not_slurmd_is_asked()
    {
        var said = SelectWhere(("/usr/sbin/slurmctld", ""));

        Assert.Contains($"Slurm {Slurm}, says /usr/sbin/slurmd -V", said, StringComparison.Ordinal);
        IsWhole();
    }

    [Fact]
    public void A_program_that_hangs_is_given_up()
    {
        var from = TimeProvider.System.GetTimestamp();
        var said = SelectWhere(("/usr/sbin/slurmctld", "#!/bin/sh\nexec sleep 60\n"));

        Assert.InRange(TimeProvider.System.GetElapsedTime(from), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(40));
        Assert.Contains($"Slurm {Slurm}, says /usr/sbin/slurmd -V", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/bin/sh\necho slurm-wlm 22.05.4\n", "22.05.4")]
    [InlineData("#!/bin/sh\necho slurm 22.05.0-0rc2\n", "22.05.0")]
    public void Its_version_is_what_Slurm_says_of_itself(string program, string version)
    {
        var said = SelectWhere(("/usr/sbin/slurmctld", program));

        Assert.Contains($"no build for {version}: took the one for {Slurm}", said, StringComparison.Ordinal);
        Assert.Equal(version, VersionIn(Path.Combine(To, Plugins[0])));
    }

    [Theory]
    [InlineData("#!/bin/sh\necho 'slurmctld: fatal: no libslurm'\n")]
    [InlineData("#!/bin/sh\nexit 1\n")]
    [InlineData("#!/bin/sh\nexec yes 25.11\n")]
    public void Where_no_program_tells_Slurm_s_own_plugins_do(string program)
    {
        var said = SelectWhere(("/usr/sbin/slurmctld", program), ("/usr/sbin/slurmd", program), ("/usr/bin/sinfo", program));

        Assert.Matches($"Slurm {Regex.Escape(Slurm)}, says /usr/lib/x86_64-linux-gnu/slurm-wlm/[a-z_0-9]+\\.so", said);
        Assert.Contains($"took the build for {Slurm}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_where_slurmctld_would_not_find_the_plugins()
    {
        // Debian's own directory is slurm-wlm; the images of the field have slurm.
        Assert.Contains("mount those of", Select(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_build_is_replaced_by_plugins_that_do_nothing()
    {
        var builds = BuildsOf(Slurm);
        File.WriteAllBytes(Path.Combine(builds, Slurm, Plugins[1]), File.ReadAllBytes(Path.Combine(builds, Slurm, Plugins[1]))[..3000]);

        Select(["--from", builds]);

        AreInert(Slurm);
    }

    [Theory]
    [InlineData("--from", "/nowhere")]
    [InlineData("--to", "/proc/nowhere")]
    [InlineData("--to", "/nowhere/at/all")]
    [InlineData("--slurm", "new")]
    [InlineData("--slurm", "999.999.999")]
    [InlineData("--wrong", "x")]
    public void It_never_fails_the_pod(params string[] arguments)
    {
        var (exitCode, said) = PublishedPlugins.Run(
            image.In("bin/select"),
            [.. arguments, .. arguments[0] == "--to" ? [] : new[] { "--to", To }]
        );

        Assert.Equal(0, exitCode);
        Assert.NotEmpty(said);
    }

    [Fact]
    public void A_daemon_that_has_the_old_file_keeps_it_whole()
    {
        Directory.CreateDirectory(To);
        var plugin = Path.Combine(To, Plugins[0]);
        File.WriteAllText(plugin, "old");
        using var open = File.OpenText(plugin);

        Select();

        Assert.Equal("old", open.ReadToEnd());
        IsWhole();
    }

    [Fact]
    public void Install_copies_all_and_may_do_so_again()
    {
        var target = Path.Combine(_directory, "volume");
        for (var i = 0; i < 2; i++)
        {
            var (exitCode, said) = PublishedPlugins.Run(image.In("install"), target);
            Assert.True(exitCode == 0, said);
        }

        var installed = Directory
            .EnumerateFiles(target, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(target, path));
        var shipped = Directory
            .EnumerateFiles(image.Directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(image.Directory, path))
            .Where(static path => path is not ("install" or "VERSION"));
        Assert.Equal(shipped.Order(StringComparer.Ordinal), installed.Order(StringComparer.Ordinal));
        string[] expected =
        [
            "bin/select",
            "sidecar/sidecar",
            "sidecar/libe_sqlite3.so",
            "certs/ca-certificates.crt",
            "builds/libslurm_banking.so",
        ];
        Assert.All(expected, name => Assert.True(File.Exists(Path.Combine(target, name)), name));
        Assert.Equal(0, PublishedPlugins.Run(Path.Combine(target, "bin/select"), "--to", To).ExitCode);
        IsWhole();
    }

    [Fact]
    public void Everything_in_it_runs_on_glibc_2_34()
    {
        var files = Directory
            .EnumerateFiles(image.Directory, "*", SearchOption.AllDirectories)
            .Where(static path => path.EndsWith(".so", StringComparison.Ordinal) || Path.GetFileName(path) is "sidecar");
        foreach (var file in files)
        {
            var newest = GlibcMinor()
                .Matches(PublishedPlugins.Run("objdump", "-T", file).Output)
                .Select(static match => int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture))
                .DefaultIfEmpty()
                .Max();
            Assert.True(newest <= 34, $"{file} needs GLIBC_2.{newest}");
        }
    }

    /// <summary>.NET would abort at the first use of TLS, which may be hours later.</summary>
    [Theory]
    [InlineData("--role", "controller")]
    [InlineData("--role", "node", "--controller", "https://127.0.0.1:1", "--token", "/dev/null")]
    public void Where_an_image_has_no_OpenSSL_the_sidecar_says_so_at_its_start(params string[] arguments)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: a mount namespace");
        const string hidden = "mount --bind /dev/null /usr/lib/x86_64-linux-gnu/libssl.so.3 && exec \"$@\"";
        var (exitCode, said) = PublishedPlugins.Run(
            "unshare",
            ["--mount", "sh", "-c", hidden, "sh", image.In("sidecar/sidecar"), .. arguments]
        );

        Assert.Equal(1, exitCode);
        Assert.StartsWith("sidecar: OpenSSL's libssl.so.3 can't be loaded", said, StringComparison.Ordinal);
    }

    private string Select(params string[] arguments)
    {
        string[] all = [.. arguments, .. arguments.Contains("--from") ? [] : new[] { "--from", image.In("builds") }, "--to", To];
        var (exitCode, said) = PublishedPlugins.Run(image.In("bin/select"), all);
        Assert.True(exitCode == 0, said);
        return said;
    }

    /// <summary>On a machine on which files have other contents; those of the first line "#!" are programs.</summary>
    private string SelectWhere(params (string Path, string Content)[] files)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: a mount namespace");
        var mounts = "";
        foreach (var (path, content) in files)
        {
            var other = Path.Combine(_directory, Path.GetFileName(path));
            File.WriteAllText(other, content);
            File.SetUnixFileMode(
                other,
                content.StartsWith("#!", StringComparison.Ordinal) ? (UnixFileMode)0b111_101_101 : UnixFileMode.UserRead
            );
            mounts += $"mount --bind {other} {path} && ";
        }

        // The last thing that the shell does, since it could start nothing any more without a C library.
        var script = $"{mounts}exec {image.In("bin/select")} --from {image.In("builds")} --to {To}";
        var (exitCode, said) = PublishedPlugins.Run("unshare", "--mount", "sh", "-c", script);
        Assert.True(exitCode == 0, said);
        return said;
    }

    /// <summary>Builds that say they are for these releases, made from the installed one's.</summary>
    private string BuildsOf(string releases)
    {
        var builds = Path.Combine(_directory, "builds");
        Copy(image.In("builds/inert"), Path.Combine(builds, "inert"));
        File.Copy(image.In("builds/libslurm_banking.so"), Path.Combine(builds, "libslurm_banking.so"));
        foreach (var release in releases.Split(' '))
        {
            Copy(image.In("builds", Slurm), Path.Combine(builds, release));
        }

        return builds;
    }

    private void AreInert(string version)
    {
        foreach (var plugin in Plugins)
        {
            Assert.Equal(version, VersionIn(Path.Combine(To, plugin)));
            Assert.Contains("stands in", File.ReadAllText(Path.Combine(To, plugin)), StringComparison.Ordinal);
        }

        IsWhole();
    }

    /// <summary>All that a pod mounts is there, with rights to load it, and nothing besides.</summary>
    private void IsWhole()
    {
        Assert.Equal(
            Plugins.Append("libslurm_banking.so").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(To).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        );
        Assert.All(Directory.EnumerateFiles(To), static path => Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(path)));
    }

    /// <summary>plugin_version, as binutils find it.</summary>
    private static string VersionIn(string plugin)
    {
        var symbol = PublishedPlugins
            .Run("nm", "-D", plugin)
            .Output.Split('\n')
            .Single(static line => line.EndsWith(" plugin_version", StringComparison.Ordinal));
        var address = ulong.Parse(symbol.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string[] range = [$"--start-address={address}", $"--stop-address={address + 4}"];
        var dump = PublishedPlugins.Run("objdump", ["-s", .. range, plugin]).Output;
        var bytes = Convert.FromHexString(DumpedWord().Match(dump).Groups["word"].Value);
        return $"{bytes[2]:00}.{bytes[1]:00}.{bytes[0]}";
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [GeneratedRegex(@"GLIBC_2\.(?<minor>\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex GlibcMinor();

    [GeneratedRegex(@"^ [0-9a-f]+ (?<word>[0-9a-f]{8}) ", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex DumpedWord();
}
