using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>As much of a CRD's schema as tells whether a manifest that a person wrote is meant: names, types, words, patterns.</summary>
internal static class Schema
{
    /// <summary>What is wrong, with where; what a schema does not know, the API server drops without a word.</summary>
    public static IEnumerable<string> Misfits(JsonNode? value, JsonNode schema, string at) =>
        (value, (string?)schema["type"]) switch
        {
            (null, _) => [],
            (JsonObject fields, _) when schema["properties"] is { } known => Missing(fields, schema, at)
                .Concat(
                    fields.SelectMany(field =>
                        known[field.Key] is { } inner ? Misfits(field.Value, inner, $"{at}.{field.Key}")
                        : schema["x-kubernetes-preserve-unknown-fields"] is not null ? []
                        : (IEnumerable<string>)[$"{at}.{field.Key} is not known"]
                    )
                ),
            (JsonObject fields, _) => schema["additionalProperties"] is JsonObject inner
                ? fields.SelectMany(field => Misfits(field.Value, inner, $"{at}.{field.Key}"))
                : [],
            (JsonArray items, "array") => items.SelectMany((item, index) => Misfits(item, schema["items"]!, $"{at}[{index}]")),
            (JsonArray, _) => [$"{at} is a list"],
            (JsonValue scalar, "integer" or "number") => scalar.TryGetValue<long>(out _) ? [] : [$"{at} is no number"],
            (JsonValue scalar, "boolean") => scalar.TryGetValue<bool>(out _) ? [] : [$"{at} is no truth"],
            (JsonValue scalar, "string") => scalar.TryGetValue<string>(out var text) ? Unmeant(text, schema, at) : [$"{at} is no text"],
            (JsonValue, "object" or "array") => [$"{at} is one value"],
            _ => [],
        };

    private static IEnumerable<string> Missing(JsonObject fields, JsonNode schema, string at) =>
        (schema["required"]?.AsArray() ?? [])
            .Select(static name => (string)name!)
            .Where(name => !fields.ContainsKey(name))
            .Select(name => $"{at}.{name} is not there");

    private static IEnumerable<string> Unmeant(string text, JsonNode schema, string at)
    {
        if (schema["enum"] is JsonArray words && !words.Any(word => (string?)word == text))
        {
            yield return $"{at} is none of {words.ToJsonString()}";
        }

        if ((string?)schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
        {
            yield return $"{at} does not match {pattern}";
        }
    }
}
