using SlurmBanking.Sidecar.Configuration;

namespace SlurmBanking.Sidecar.Tests;

/// <summary>A state directory, a runtime directory and a configuration file of a test's own.</summary>
internal sealed class TemporaryState : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-");

    public TemporaryState()
    {
        Paths = new SidecarPaths(In("bank-config.toml"), In("state"), In("run"), In("spool"));
        Directory.CreateDirectory(Paths.StateDirectory);
        Directory.CreateDirectory(Paths.RuntimeDirectory);
    }

    public SidecarPaths Paths { get; }

    public string In(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
