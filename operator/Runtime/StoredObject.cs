using System.IO.Compression;
using System.Text.Json;

namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// An object as the API server last gave it: typed only by whoever needs it, one at a time. It is kept deflated, since what
/// is rendered for one cluster is much like what is rendered for another, and a thousand would be some tens of MB.
/// </summary>
internal sealed class StoredObject
{
    private readonly byte[] _deflated;

    private StoredObject(ObjectKey key, string uid, string resourceVersion, byte[] deflated) =>
        (Key, Uid, ResourceVersion, _deflated) = (key, uid, resourceVersion, deflated);

    public ObjectKey Key { get; }

    public string Uid { get; }

    public string ResourceVersion { get; }

    /// <exception cref="JsonException">It does not fit; the path says where.</exception>
    public T As<T>()
    {
        using var json = Inflate();
        return JsonSerializer.Deserialize(json, ApiJson.Of<T>()) ?? throw new JsonException("there is nothing in it");
    }

    /// <summary>The whole, for one who looks at parts of it.</summary>
    public JsonElement Parse()
    {
        using var json = Inflate();
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <param name="json">The object.</param>
    /// <param name="listed">Its kind where it is an item of a list: there the server leaves out what all have in common.</param>
    /// <returns>Null for what has no name, such as a bookmark's object.</returns>
    public static StoredObject? From(JsonElement json, Resource? listed = null)
    {
        if (KeyOf(json) is not { } key)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var deflating = new DeflateStream(buffer, CompressionLevel.Fastest))
        using (var writer = new Utf8JsonWriter(deflating))
        {
            WriteWithoutManagedFields(json, listed, writer);
        }

        var (uid, resourceVersion) = VersionOf(json);
        return new StoredObject(key, uid, resourceVersion, buffer.ToArray());
    }

    /// <returns>Null for what has no name.</returns>
    public static ObjectKey? KeyOf(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata) && Text(metadata, "name") is { } name
            ? new ObjectKey(Text(metadata, "namespace") ?? "", name)
            : null;

    /// <summary>Which object it is, and which state of it.</summary>
    public static (string Uid, string ResourceVersion) VersionOf(JsonElement json)
    {
        var metadata = json.GetProperty("metadata");
        return (Text(metadata, "uid") ?? "", Text(metadata, "resourceVersion") ?? "");
    }

    public static string? Text(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private DeflateStream Inflate() => new(new MemoryStream(_deflated), CompressionMode.Decompress);

    // A third of most objects, and nobody here reads them.
    private static void WriteWithoutManagedFields(JsonElement json, Resource? listed, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (listed is not null && !json.TryGetProperty("kind", out _))
        {
            writer.WriteString("apiVersion", listed.ApiVersion);
            writer.WriteString("kind", listed.Kind);
        }

        foreach (var property in json.EnumerateObject())
        {
            if (property.Name != "metadata")
            {
                property.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject("metadata");
            foreach (var field in property.Value.EnumerateObject().Where(static field => field.Name != "managedFields"))
            {
                field.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
