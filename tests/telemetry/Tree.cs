using System.Runtime.CompilerServices;

namespace SlurmBanking.Telemetry.Tests;

/// <summary>Files of this repository.</summary>
public static class Tree
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string Here([CallerFilePath] string path = "") => path;
}
