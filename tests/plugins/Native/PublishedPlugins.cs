using System.Diagnostics;
using SlurmBanking.Plugins.Tests.Native;

// Built once, for every class that wants it.
[assembly: AssemblyFixture(typeof(PublishedPlugins))]

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The plugins as they are shipped, built once by eng/build-plugins.sh for the Slurm that is installed.</summary>
public sealed class PublishedPlugins
{
    public PublishedPlugins()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); Root.Length == 0 && at is not null; at = at.Parent)
        {
            Root = File.Exists(Path.Combine(at.FullName, "SlurmBanking.slnx")) ? at.FullName : "";
        }

        Directory = Path.Combine(Root, "artifacts", "plugins", "tests");
        (ExitCode, BuildOutput) = Run(Path.Combine(Root, "eng", "build-plugins.sh"), Directory);
    }

    /// <summary>The repository's.</summary>
    public string Root { get; } = "";

    /// <summary>Where the four libraries are.</summary>
    public string Directory { get; }

    public int ExitCode { get; }

    public string BuildOutput { get; }

    public string PathOf(string name)
    {
        Assert.True(ExitCode == 0, BuildOutput);
        return Path.Combine(Directory, name);
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What "dotnet test" sets for itself must not reach a dotnet started below it.
        foreach (
            var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()
        )
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
