namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>What the image for Slurm's pods holds, as eng/stage.sh lays it out, with plugins for the installed Slurm.</summary>
public sealed class StagedImage
{
    public StagedImage(PublishedPlugins plugins)
    {
        Directory = Path.Combine(plugins.Root, "artifacts", "stage", "tests");
        string[] settings = ["PUBLISHED=1", "SLURM_RELEASES=installed"];
        (var exitCode, Output) = PublishedPlugins.Run("env", [.. settings, Path.Combine(plugins.Root, "eng/stage.sh"), Directory]);
        Assert.True(exitCode == 0, Output);
    }

    /// <summary>/slurm-banking of the image.</summary>
    public string Directory { get; }

    /// <summary>What the build said.</summary>
    public string Output { get; }

    public string In(params string[] names) => Path.Combine([Directory, .. names]);
}
