using System.Text.Json.Nodes;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Rendering;

/// <summary>An object as it is to be applied.</summary>
/// <param name="Resource">Its kind.</param>
/// <param name="Body">All of it that is wanted.</param>
internal sealed record OwnedObject(Resource Resource, JsonObject Body)
{
    public ObjectKey Key => new((string)Body["metadata"]!["namespace"]!, (string)Body["metadata"]!["name"]!);
}
