using System.Text.Json;

namespace SlurmBanking.Operator.Runtime;

/// <summary>A line of a watch.</summary>
/// <param name="Type">ADDED, MODIFIED, DELETED or BOOKMARK; an ERROR is thrown instead.</param>
/// <param name="Object">The object, or for a bookmark only its resourceVersion.</param>
internal sealed record WatchEvent(string Type, JsonElement Object);
