using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SlurmBanking.Architecture.Tests;

/// <summary>The files of this repository, as git knows them.</summary>
internal static class Tree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>Paths relative to the root, new files that git would take included; deleted ones are not.</summary>
    public static IReadOnlyList<string> Files { get; } = List();

    /// <summary>C# written by people.</summary>
    public static IEnumerable<string> CSharp => Files.Where(static file => file.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<string> Projects => Files.Where(static file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>A page that is made of something else: with UPDATE=1 it is written.</summary>
    /// <param name="file">Relative to the root.</param>
    /// <param name="text">What it has to be.</param>
    public static string Made(string file, string text)
    {
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            File.WriteAllText(Path.Combine(Root, file), text);
        }

        return text;
    }

    /// <summary>Runs git in the root.</summary>
    /// <returns>What it says, errors included.</returns>
    public static string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var said = git.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        git.WaitForExit();
        return said;
    }

    private static List<string> List()
    {
        var files = Git("ls-files", "--cached", "--others", "--exclude-standard").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. files.Where(static file => File.Exists(Path.Combine(Root, file))).Distinct(StringComparer.Ordinal)];
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
