namespace SlurmBanking.Plugins.Tests.Peer;

/// <summary>A directory like /run/slurm-banking, gone at the end.</summary>
public sealed class RuntimeDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sb-");

    public string Path => _directory.FullName;

    public string Socket => System.IO.Path.Combine(Path, "sidecar.sock");

    public void AddMode(UnixFileMode more) => _directory.UnixFileMode |= more;

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
