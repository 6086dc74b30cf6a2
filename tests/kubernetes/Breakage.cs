using System.Text.Json.Nodes;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>One way in which a field is wrong.</summary>
/// <param name="Field">"spec.policy.cachedFor"; a map's key goes in brackets.</param>
/// <param name="Value">What stands there; <see cref="IsMissing"/> when nothing does.</param>
/// <param name="Path">Where it stands in the spec.</param>
public sealed record Breakage(string Field, JsonNode? Value, IReadOnlyList<string> Path)
{
    public bool IsMissing => Value is null;

    /// <summary>Puts it into a spec, which may not have the maps on the way there yet.</summary>
    public void Apply(JsonObject spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var at = spec;
        foreach (var name in Path.SkipLast(1))
        {
            at = (at[name] ??= new JsonObject()).AsObject();
        }

        at.Remove(Path[^1]);
        if (Value is not null)
        {
            at[Path[^1]] = Value.DeepClone();
        }
    }

    public override string ToString() => IsMissing ? $"{Field} is missing" : $"{Field} = {Value!.ToJsonString()}";
}
