using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>
/// What is needed of a document of Swagger 2 or OpenAPI 3.1, as far as ours go. A word of theirs that it does not know is an error, so that
/// nothing of a contract is left out of the page that is made of it.
/// </summary>
/// <param name="Words">Of the whole.</param>
/// <param name="Prefix">Of its schemas' names on a page that has those of another document, too.</param>
/// <param name="Operations">In the document's order.</param>
/// <param name="Schemas">By name.</param>
internal sealed partial record RestDocument(
    string Words,
    string Prefix,
    IReadOnlyList<RestOperation> Operations,
    IReadOnlyList<(string Name, JsonObject Schema)> Schemas
)
{
    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal) { "get", "put", "post", "delete", "patch" };

    /// <summary>Answers that every operation may give.</summary>
    public IReadOnlyList<RestAnswer> CommonAnswers =>
        [.. Operations.Select(static one => (IEnumerable<RestAnswer>)one.Answers).Aggregate(static (all, some) => all.Intersect(some))];

    /// <summary>spec/swagger.json. Its answers say what token is wanted: without 401 none, with 403 one of staff.</summary>
    public static RestDocument OfContract(JsonNode document)
    {
        Only(document, "swagger info basePath schemes consumes produces securityDefinitions security paths definitions");
        var media = Texts(document["consumes"]);
        return new RestDocument(
            document["info"]!["description"]!.ToString(),
            "",
            [.. EachOperation(document).Select(one => ContractOperation(one.Name, one.Operation, media, Texts(document["produces"])))],
            [.. document["definitions"]!.AsObject().Select(static one => (one.Key, one.Value!.AsObject()))]
        );
    }

    /// <summary>Our bank's openapi.json. Its descriptions say what token is wanted.</summary>
    public static RestDocument OfBank(JsonNode document)
    {
        Only(document, "openapi info servers security paths components");
        return new RestDocument(
            document["info"]!["description"]!.ToString(),
            "v1.",
            [.. EachOperation(document).Select(static one => BankOperation(one.Name, one.Operation))],
            [.. document["components"]!["schemas"]!.AsObject().Select(static one => (one.Key, one.Value!.AsObject()))]
        );
    }

    /// <summary>A schema in a few words, with a link to what it refers to.</summary>
    public string TypeOf(JsonObject schema)
    {
        Only(
            schema,
            "$ref oneOf type format minLength maxLength minimum maximum pattern enum items maxItems x-nullable description properties required "
                + "additionalProperties"
        );
        if (schema["$ref"] is { } reference)
        {
            var name = reference.ToString().Split('/')[^1];
            return Schemas.Any(one => one.Name == name)
                ? $"[{name}](#{Prefix.Replace(".", "", StringComparison.Ordinal)}{name.ToLowerInvariant()})"
                : throw new FormatException($"{reference} is nowhere");
        }

        if (schema["oneOf"] is JsonArray choice)
        {
            return string.Join(" or ", choice.Select(one => TypeOf(one!.AsObject())));
        }

        if (schema.Count == 0)
        {
            return "anything";
        }

        var types = schema["type"] is JsonArray several ? Texts(several) : [schema["type"]!.ToString()];
        var type = string.Join(
            " or ",
            types.Select(one =>
                one switch
                {
                    "array" => $"list of {TypeOf(schema["items"]!.AsObject())}",
                    "object" when schema["additionalProperties"] is JsonObject { Count: > 0 } value => $"object of {TypeOf(value)}",
                    _ => one,
                }
            )
        );
        return string.Join(
            ", ",
            new[]
            {
                schema["x-nullable"] is null ? type : $"{type} or null",
                schema["format"] is { } format ? $"{format}" : "",
                schema["enum"] is JsonArray values ? $"one of {string.Join(", ", Texts(values).Select(static one => $"`{one}`"))}" : "",
                schema["pattern"] is { } pattern ? $"`{pattern.ToString().Replace("|", "\\|", StringComparison.Ordinal)}`" : "",
                Range(schema, "minimum", "maximum", ""),
                Range(schema, "minLength", "maxLength", " characters"),
                schema["maxItems"] is { } most ? $"up to {most} items" : "",
            }.Where(static text => text.Length > 0)
        );
    }

    private static string Range(JsonObject schema, string least, string most, string unit) =>
        (schema[least], schema[most]) switch
        {
            ({ } from, { } to) => $"{from} to {to}{unit}",
            ({ } from, null) => $"from {from}{unit}",
            (null, { } to) => $"up to {to}{unit}",
            _ => "",
        };

    private static IEnumerable<(string Name, JsonObject Operation)> EachOperation(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select Methods.Contains(operation.Key)
            ? ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject())
            : throw new FormatException($"{operation.Key} of {path.Key} is not understood");

    private static RestOperation ContractOperation(string name, JsonObject operation, string[] consumed, string[] produced)
    {
        Only(operation, "operationId summary tags security consumes parameters responses");
        var parameters = operation["parameters"]!.AsArray().Select(static one => one!.AsObject()).ToList();
        foreach (var parameter in parameters)
        {
            Only(parameter, "name in description required schema type format minimum minLength maxLength pattern");
        }

        var body = parameters.Find(static one => one["in"]!.ToString() == "body");
        var answers = operation["responses"]!.AsObject();
        return new RestOperation(
            name,
            answers.ContainsKey("403") ? "staff"
                : answers.ContainsKey("401") ? "read"
                : "none",
            operation["summary"]!.ToString(),
            "",
            [.. parameters.Where(one => one != body).Select(static one => Parameter(one, Bare(one)))],
            body is null ? null : new RestBody(operation["consumes"] is { } own ? Texts(own) : consumed, body["schema"]!.AsObject()),
            [.. answers.Select(one => ContractAnswer(one.Key, one.Value!.AsObject(), produced))]
        );
    }

    private static RestAnswer ContractAnswer(string code, JsonObject answer, string[] produced)
    {
        Only(answer, "description schema headers");
        return new RestAnswer(
            code,
            answer["description"]!.ToString(),
            answer["schema"] is JsonObject schema ? [new RestBody(produced, schema)] : [],
            answer.ToJsonString()
        );
    }

    private static RestOperation BankOperation(string name, JsonObject operation)
    {
        Only(operation, "operationId summary description parameters requestBody responses");
        var words = Need().Match(operation["description"]!.ToString());
        if (!words.Success)
        {
            throw new FormatException($"{name} does not begin with what token it needs");
        }

        var parameters = operation["parameters"]?.AsArray().Select(static one => one!.AsObject()).ToList() ?? [];
        foreach (var parameter in parameters)
        {
            Only(parameter, "name in required description schema");
        }

        return new RestOperation(
            name,
            words.Groups["scope"].Value,
            operation["summary"]!.ToString(),
            words.Groups["more"].Value,
            [.. parameters.Select(static one => Parameter(one, one["schema"]!.AsObject()))],
            operation["requestBody"] is JsonObject body ? Assert.Single(Bodies(body, "required content")) : null,
            [.. operation["responses"]!.AsObject().Select(static one => BankAnswer(one.Key, one.Value!.AsObject()))]
        );
    }

    private static RestAnswer BankAnswer(string code, JsonObject answer) =>
        new(code, answer["description"]!.ToString(), Bodies(answer, "description content"), answer.ToJsonString());

    private static List<RestBody> Bodies(JsonObject holder, string known)
    {
        Only(holder, known);
        return holder["content"]?.AsObject().Select(static one => new RestBody([one.Key], one.Value!["schema"]!.AsObject())).ToList() ?? [];
    }

    private static RestParameter Parameter(JsonObject parameter, JsonObject schema) =>
        new(
            parameter["name"]!.ToString(),
            parameter["in"]!.ToString(),
            parameter["required"]!.GetValue<bool>(),
            schema,
            parameter["description"]!.ToString()
        );

    // Swagger 2 has a parameter's schema among what else it says of it.
    private static JsonObject Bare(JsonObject parameter)
    {
        var schema = (JsonObject)parameter.DeepClone();
        foreach (var word in new[] { "name", "in", "description", "required" })
        {
            schema.Remove(word);
        }

        return schema;
    }

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(static one => one!.ToString())];

    private static void Only(JsonNode node, string words)
    {
        var known = words.Split(' ');
        if (node.AsObject().Select(static one => one.Key).Except(known, StringComparer.Ordinal).ToList() is [_, ..] unknown)
        {
            throw new FormatException($"{node.GetPath()}: {string.Join(", ", unknown)} is not understood");
        }
    }

    [GeneratedRegex(@"^Needs a token of scope (?<scope>read|staff|admin)\.( (?<more>.+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Need();
}
