using System.Globalization;
using System.Text;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// A ConfigMap or Secret as the kubelet mounts it (pkg/volume/util/atomic_writer.go): the files lie in a directory named for the
/// time; ..data links to it and is replaced by a rename; a link per key leads through ..data. All files of a change so appear
/// at once.
/// </summary>
public sealed class MountedVolume
{
    private const string DataLink = "..data";
    private const string NextDataLink = "..data_tmp";
    private int _writes;

    /// <summary>An empty one: what an optional volume is while its object does not exist.</summary>
    public MountedVolume(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Update(new Dictionary<string, byte[]>(StringComparer.Ordinal));
    }

    public string Path { get; }

    public string In(string key) => System.IO.Path.Combine(Path, key);

    public void Update(IEnumerable<KeyValuePair<string, string>> texts) =>
        Update(texts.ToDictionary(static text => text.Key, static text => Encoding.UTF8.GetBytes(text.Value), StringComparer.Ordinal));

    /// <summary>Replaces the whole content; does nothing when it is the same, as the kubelet.</summary>
    public void Update(IDictionary<string, byte[]> files)
    {
        var old = new FileInfo(In(DataLink)).LinkTarget;
        if (old is not null && IsSame(files))
        {
            return;
        }

        var stamp = TimeProvider.System.GetUtcNow().ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);
        var next = $"..{stamp}.{++_writes:D9}";
        Directory.CreateDirectory(In(next));
        foreach (var (key, content) in files)
        {
            File.WriteAllBytes(System.IO.Path.Combine(In(next), key), content);
        }

        File.CreateSymbolicLink(In(NextDataLink), next);
        Libc.Rename(In(NextDataLink), In(DataLink));
        foreach (var key in files.Keys.Where(key => new FileInfo(In(key)).LinkTarget is null))
        {
            File.CreateSymbolicLink(In(key), $"{DataLink}/{key}");
        }

        foreach (var key in Keys().Where(key => !files.ContainsKey(key)))
        {
            File.Delete(In(key));
        }

        if (old is not null)
        {
            Directory.Delete(In(old), recursive: true);
        }
    }

    private bool IsSame(IDictionary<string, byte[]> files) =>
        Keys().Order(StringComparer.Ordinal).SequenceEqual(files.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && files.All(file => File.ReadAllBytes(In(file.Key)).AsSpan().SequenceEqual(file.Value));

    private List<string> Keys() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path)
                .Select(static path => System.IO.Path.GetFileName(path))
                .Where(static name => !name.StartsWith("..", StringComparison.Ordinal)),
        ];
}
