namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>
/// The shims and a stand-in for slurmctld that calls them (controller.c), on the real libslurmfull, built to end at the first access out
/// of bounds, undefined operation or leak. What the shims open is the library that ships.
/// </summary>
public sealed class SanitizedController
{
    private readonly string _root;
    private readonly string _plain;
    private readonly string[] _slurm;

    public SanitizedController(PublishedPlugins plugins)
    {
        _root = plugins.Root;
        _plain = plugins.Directory;
        Directory = Path.Combine(_root, "artifacts", "plugins", "sanitized");
        Must("env", "SANITIZE=1", "SHIMS_ONLY=1", Path.Combine(_root, "eng", "build-plugins.sh"), Directory);
        File.Copy(plugins.PathOf("libslurm_banking.so"), Path.Combine(Directory, "libslurm_banking.so"), overwrite: true);
        File.WriteAllText(Path.Combine(Directory, "config.h"), "");
        var (_, found) = PublishedPlugins.Run(
            "find",
            "/usr/lib",
            "/usr/lib64",
            "/usr/local/lib",
            "-name",
            "libslurmfull.so",
            "-printf",
            "%h\n"
        );
        var slurm = Assert.Single(found.Split('\n').Where(static line => line.StartsWith('/')).Distinct(StringComparer.Ordinal));
        _slurm = [$"-L{slurm}", "-lslurmfull", $"-Wl,-rpath,{slurm}"];
        string[] sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        Compile("controller.c", ["-g", "-O1", "-rdynamic", .. sanitize, "-o", Path.Combine(Directory, "controller")], _slurm);
    }

    /// <summary>Where shims, library and stand-in are.</summary>
    public string Directory { get; }

    /// <summary>Compiles a file of this directory against Slurm's own headers.</summary>
    public void Compile(string source, string[] options, params string[] libraries) =>
        Must(
            "sh",
            [
                "-c",
                "slurm=$(\"$0\") && exec cc \"$@\" -isystem \"$slurm\"",
                Path.Combine(_root, "eng", "slurm-source.sh"),
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                .. options,
                Path.Combine(_root, "tests", "plugins", "Native", source),
                .. libraries,
                "-isystem",
                Directory,
                "-isystem",
                "/usr/include",
            ]
        );

    /// <summary>Runs it, and gives what it printed, and below it what the plugins and Slurm logged.</summary>
    public string Run(string socket, string spool, params string[] arguments) =>
        Run(socket, spool, [Path.Combine(Directory, "controller"), Directory], arguments);

    /// <summary>The same with the shims that ship, under valgrind, which sees into the library as well.</summary>
    public string RunUnderValgrind(string socket, string spool, params string[] arguments)
    {
        var program = Path.Combine(_plain, "controller");
        Compile("controller.c", ["-g", "-O1", "-rdynamic", "-o", program], _slurm);
        return Run(socket, spool, ["valgrind", "--quiet", "--error-exitcode=9", program, _plain], arguments);
    }

    private static string Run(string socket, string spool, string[] program, string[] arguments)
    {
        string[] environment = [$"SLURM_BANKING_SOCKET={socket}", $"SLURM_BANKING_SPOOL={spool}", "SLURM_CONF=/dev/null"];
        var (exitCode, output) = PublishedPlugins.Run("env", [.. environment, .. program, .. arguments]);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static void Must(string program, params string[] arguments)
    {
        var (exitCode, output) = PublishedPlugins.Run(program, arguments);
        Assert.True(exitCode == 0, output);
    }
}
