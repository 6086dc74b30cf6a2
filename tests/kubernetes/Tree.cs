using System.Runtime.CompilerServices;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Where things are in the source tree and among what it builds.</summary>
public static class Tree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    public static string In(params string[] names) => Path.Combine([Root, .. names]);

    /// <summary>An assembly of the tree, of the same configuration as these tests.</summary>
    public static string Built(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var assembly = In("artifacts", "bin", project, configuration, $"{project}.dll");
        return File.Exists(assembly) ? assembly : throw new FileNotFoundException($"{project} is not built", assembly);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
