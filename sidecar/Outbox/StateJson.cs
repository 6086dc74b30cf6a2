using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>Holds and runs as the state database keeps them.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Hold))]
[JsonSerializable(typeof(Run))]
internal sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>Reads what the database keeps; null when it was damaged.</summary>
    public static T? TryRead<T>(string body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
