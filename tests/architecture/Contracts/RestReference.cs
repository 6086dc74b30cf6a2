using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>docs/api-rest.md, of the contract's document and of the one that our bank serves for what is its own.</summary>
internal sealed partial class RestReference
{
    private const string Head = """
        # REST: the bank

        Made of [spec/swagger.json](../spec/swagger.json), the contract that myBRC/ColdFront keeps and our bank too, and of
        [bank/Api/V1/openapi.json](../bank/Api/V1/openapi.json), what our bank alone offers and describes as `/openapi.json`
        (`UPDATE=1 make test-fast` writes this page). The sidecar needs the contract and nothing else; what it finds beyond it, it uses.
        Whether another bank keeps the contract, a program asks it: [contract.md](contract.md). What it all means: [bank.md](bank.md).

        "Token" is the least scope that will do: `none`, `read` (any good token), `staff`, `admin`; each may do what the ones before it may.

        Beside these our bank answers `GET /healthz` and `GET /openapi.json`, without a token, and shows people [pages](bank.md#pages).


        """;

    private readonly StringBuilder _page = new(Head);

    /// <param name="contract">spec/swagger.json.</param>
    /// <param name="ours">openapi.json.</param>
    public static string Render(JsonNode contract, JsonNode ours)
    {
        var reference = new RestReference();
        var (theContract, beyond) = (RestDocument.OfContract(contract), RestDocument.OfBank(ours));
        reference.Document("The contract", theContract);
        reference.Document("What our bank alone offers", beyond);
        return reference._page.ToString().TrimEnd('\n') + '\n';
    }

    private void Document(string title, RestDocument document)
    {
        _page.Append($"## {title}\n\n{Cell(document.Words)}\n\n| operation | token | |\n|---|---|---|\n");
        foreach (var operation in document.Operations)
        {
            _page.Append($"| {Link(operation.Name)} | {operation.Need} | {Cell(operation.Summary)} |\n");
        }

        _page.Append('\n');
        var common = document.CommonAnswers;
        foreach (var answer in common)
        {
            _page.Append($"Each may answer {answer.Code}{Of(answer, document)}: {Cell(answer.Words)}.\n\n");
        }

        foreach (var operation in document.Operations)
        {
            Operation(operation, document, common);
        }

        foreach (var (name, schema) in document.Schemas)
        {
            Schema(name, schema, document);
        }
    }

    private void Operation(RestOperation operation, RestDocument document, IReadOnlyCollection<RestAnswer> common)
    {
        _page.Append($"### `{operation.Name}`\n\n{Sentence(operation.Summary)} Token: {operation.Need}. {operation.Words}".TrimEnd());
        _page.Append("\n\n");
        if (operation.Parameters.Count > 0)
        {
            _page.Append("| parameter | in | type | |\n|---|---|---|---|\n");
            foreach (var one in operation.Parameters)
            {
                _page.Append($"| `{one.Name}` | {one.Place}{(one.IsRequired ? ", required" : "")} | {document.TypeOf(one.Schema)} |");
                _page.Append($" {Cell(one.Words)} |\n");
            }

            _page.Append('\n');
        }

        if (operation.Body is { } body)
        {
            _page.Append($"Body, {string.Join(" or ", body.Media)}: {document.TypeOf(body.Schema)}.\n\n");
        }

        foreach (var answer in operation.Answers.Except(common))
        {
            _page.Append($"- {answer.Code}{Of(answer, document)}: {Cell(answer.Words).TrimEnd('.')}.\n");
        }

        _page.Append('\n');
    }

    private static string Of(RestAnswer answer, RestDocument document)
    {
        var bodies = answer.Bodies.Select(body => $"{document.TypeOf(body.Schema)} ({string.Join(", ", body.Media)})");
        return answer.Bodies.Count == 0 ? "" : $" with {string.Join(" or ", bodies)}";
    }

    private void Schema(string name, JsonObject schema, RestDocument document)
    {
        _page.Append($"### `{document.Prefix}{name}`\n\n");
        if (schema["description"] is { } words)
        {
            _page.Append($"{Sentence(words.ToString())}\n\n");
        }

        if (schema["properties"] is not JsonObject properties)
        {
            _page.Append($"{document.TypeOf(schema)}.\n\n");
            return;
        }

        var required = (schema["required"] as JsonArray)?.Select(static one => one!.ToString()).ToHashSet() ?? [];
        _page.Append("| field | type | |\n|---|---|---|\n");
        foreach (var (field, value) in properties)
        {
            var type = document.TypeOf(value!.AsObject());
            _page.Append($"| `{field}`{(required.Contains(field) ? ", required" : "")} | {type} |");
            _page.Append($" {Cell(value["description"]?.ToString() ?? "")} |\n".Replace("  |", " |", StringComparison.Ordinal));
        }

        _page.Append('\n');
    }

    private static string Link(string name) => $"[`{name}`](#{NotInAnchors().Replace(name.ToLowerInvariant(), "").Replace(' ', '-')})";

    private static string Sentence(string words) => $"{words.TrimEnd('.')}.";

    private static string Cell(string words) =>
        words.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    [GeneratedRegex("[^a-z0-9_ -]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotInAnchors();
}
