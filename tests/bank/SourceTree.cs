namespace SlurmBanking.Bank.Tests;

/// <summary>The tree that these tests were built in.</summary>
internal static class SourceTree
{
    /// <summary>Its top.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "SlurmBanking.slnx")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
