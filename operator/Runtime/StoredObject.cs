using System.Text.Json;

namespace SlurmBanking.Operator.Runtime;

/// <summary>An object as the API server last gave it, kept as its bytes: typed only by whoever needs it, one at a time.</summary>
internal sealed class StoredObject
{
    private readonly byte[] _json;

    private StoredObject(ObjectKey key, string uid, string resourceVersion, byte[] json) =>
        (Key, Uid, ResourceVersion, _json) = (key, uid, resourceVersion, json);

    public ObjectKey Key { get; }

    public string Uid { get; }

    public string ResourceVersion { get; }

    /// <exception cref="JsonException">It does not fit; the path says where.</exception>
    public T As<T>() => JsonSerializer.Deserialize<T>(_json, ApiJson.Options) ?? throw new JsonException("there is nothing in it");

    /// <summary>The whole, for one who looks at parts of it.</summary>
    public JsonElement Parse()
    {
        var reader = new Utf8JsonReader(_json);
        return JsonElement.ParseValue(ref reader);
    }

    /// <returns>Null for what has no name, such as a bookmark's object.</returns>
    public static StoredObject? From(JsonElement json)
    {
        if (!json.TryGetProperty("metadata", out var metadata) || Text(metadata, "name") is not { } name)
        {
            return null;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteWithoutManagedFields(json, writer);
        }

        var key = new ObjectKey(Text(metadata, "namespace") ?? "", name);
        return new StoredObject(key, Text(metadata, "uid") ?? "", Text(metadata, "resourceVersion") ?? "", buffer.ToArray());
    }

    public static string? Text(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    // A third of most objects, and nobody here reads them.
    private static void WriteWithoutManagedFields(JsonElement json, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
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
