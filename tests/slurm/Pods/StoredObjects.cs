namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>ConfigMaps and Secrets of a namespace: name to key to content.</summary>
internal sealed class StoredObjects : Dictionary<string, Dictionary<string, string>>
{
    public StoredObjects()
        : base(StringComparer.Ordinal) { }

    public StoredObjects(StoredObjects others)
        : base(others, StringComparer.Ordinal) { }

    public StoredObjects Without(string name)
    {
        var others = new StoredObjects(this);
        others.Remove(name);
        return others;
    }

    public StoredObjects With(string name, string key, string content) =>
        new(this) { [name] = new(StringComparer.Ordinal) { [key] = content } };
}
