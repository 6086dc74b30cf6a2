using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using SlurmBanking.BankConfig;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>Any good BankingConfig becomes a file in which the sidecar's own reader finds just what the object said.</summary>
public sealed class GeneratedSpecTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    [Property(MaxTest = 1000)]
    public void What_is_rendered_parses_back_to_what_was_meant(int seed)
    {
        var generated = new GeneratedSpec(seed);
        var document = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "savio", ["namespace"] = "slurm" },
            ["spec"] = generated.Spec,
        };
        var config = document.Deserialize<BankingConfig>(ApiJson.Options)!;
        var file = BankConfigToml.Render(config).Text;
        var reading = BankConfigReader.Read(file, "bank-config.toml");
        Assert.Equal([], reading.Problems);
        Assert.True(
            JsonNode.DeepEquals(JsonSerializer.SerializeToNode(generated.Expected), JsonSerializer.SerializeToNode(reading.Settings)),
            $"""
            seed {seed}: from {generated.Spec.ToJsonString(Readable)}
            was rendered
            {file}
            which reads as {JsonSerializer.Serialize(reading.Settings, Readable)}
            and not as {JsonSerializer.Serialize(generated.Expected, Readable)}
            """
        );

        // The same object, its maps in another order, gives the same bytes.
        var again = Reversed(document)!.Deserialize<BankingConfig>(ApiJson.Options)!;
        Assert.Equal(file, BankConfigToml.Render(again).Text);
    }

    private static JsonNode? Reversed(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(map.Reverse().Select(static pair => KeyValuePair.Create(pair.Key, Reversed(pair.Value)))),
            _ => node?.DeepClone(),
        };
}
