namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The SPANK plugin as it ships, in a process of its own as in slurmstepd (step.c), at the start of job 7 of user 1000.</summary>
public sealed class LaunchedStep(PublishedPlugins plugins)
{
    public const uint Job = 7;
    public const uint User = 1000;
    public const string Node = "n1";

    private readonly string _step = Build(plugins);

    /// <summary>Runs it, and gives what it has logged: "level: text" in lines.</summary>
    /// <param name="environment">NAME=value, of slurmd.</param>
    /// <param name="arguments">From plugstack.conf.</param>
    public string Launch(string[] environment, params string[] arguments)
    {
        // A strict umask: what the sidecar must read may not depend on slurmd's.
        var (exitCode, output) = PublishedPlugins.Run(
            "sh",
            [
                "-c",
                "umask 077; exec env \"$@\"",
                "sh",
                $"SLURMD_NODENAME={Node}",
                .. environment,
                _step,
                plugins.PathOf("spank_slurm_banking.so"),
                $"{Job}",
                $"{User}",
                .. arguments,
            ]
        );
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static string Build(PublishedPlugins plugins)
    {
        var step = plugins.PathOf("step");
        var source = Path.Combine(plugins.Root, "tests", "plugins", "Native", "step.c");
        var (exitCode, output) = PublishedPlugins.Run("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-rdynamic", "-o", step, source);
        Assert.True(exitCode == 0, output);
        return step;
    }
}
