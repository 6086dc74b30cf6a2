using System.Diagnostics;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>What .NET's files can't: owners, modes above 0777, a link renamed over another.</summary>
internal static class Ownership
{
    public static void Set(string path, string mode, long user, long group)
    {
        Run("chown", $"{user}:{group}", path);
        Run("chmod", mode, path);
    }

    public static void Rename(string from, string to) => Run("mv", "--no-target-directory", from, to);

    public static void Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
