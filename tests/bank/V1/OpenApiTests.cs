using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.V1;

/// <summary>/openapi.json says what is served under /v1/: the same routes, and bodies of the described shapes.</summary>
public sealed partial class OpenApiTests(Contract.BankOn<SqliteTestDatabase> bank) : IClassFixture<Contract.BankOn<SqliteTestDatabase>>
{
    [Fact]
    public async Task It_is_a_document_of_OpenAPI_3_1()
    {
        using var http = new HttpClient { BaseAddress = bank.Address };
        await using var served = await http.GetStreamAsync(
            new Uri("openapi.json", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        using var copy = new MemoryStream();
        await served.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.Position = 0;
        var read = await OpenApiDocument.LoadAsync(copy, "json", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, OpenApiSpecVersion.OpenApi3_1), (read.Diagnostic!.Errors.Count, read.Diagnostic.SpecificationVersion));
    }

    [Fact]
    public async Task It_has_the_routes_that_are_served_and_no_others()
    {
        var served = (await Served()).Select(static one => one.Name).Where(static name => name.Contains(" /v1", StringComparison.Ordinal));
        var described = Operations(await Document()).Select(static one => one.Name);
        Assert.Equal(described.Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));
    }

    /// <summary>docs/api-rest.md says what the documents say; here what they say is what the bank does.</summary>
    [Fact]
    public async Task Each_operation_wants_the_token_that_is_described()
    {
        var served = (await Served()).ToLookup(static one => Parameter().Replace(one.Name, "{}"), static one => one.Need);
        foreach (var (name, operation) in Operations(await Document()))
        {
            var scope = operation["description"]!.ToString().Split('.')[0].Split(' ')[^1];
            Assert.Equal((name, scope), (name, Assert.Single(served[Parameter().Replace(name, "{}")])));
        }

        // The contract has no word for scopes: without 401 no token is wanted, with 403 one of staff.
        foreach (var (name, operation) in Operations(await TheContract()))
        {
            var answers = operation["responses"]!.AsObject();
            var scope =
                answers.ContainsKey("403") ? "staff"
                : answers.ContainsKey("401") ? "read"
                : "none";
            Assert.Equal((name, scope), (name, Assert.Single(served[Parameter().Replace(name, "{}")])));
        }
    }

    [Fact]
    public async Task Every_answer_has_the_shape_that_is_described()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(cap: 60);
        await bank.Post(Contract.Bank.Job("o-1", account, "48.00"));
        var ended = await bank.Account(end: "2998-01-01");
        bank.SetEnd(ended, "2020-01-01");
        var one = new JsonObject { ["amount"] = "1.00", ["reason"] = "x" };
        var lease = JsonNode.Parse(
            """{"project":{"held":"1","want":"2"},"users":[{"userid":"1000","held":"1","want":"99"},{"userid":"7","held":"0","want":"0"}]}"""
        )!;
        V1Client.Answer[] answers =
        [
            await client.Get("v1/accounts"),
            await client.Post("v1/accounts", new JsonObject { ["name"] = "o_new" }),
            await client.Get($"v1/accounts/{account}"),
            await client.Send(HttpMethod.Patch, $"v1/accounts/{account}", new JsonObject { ["credit"] = "1", ["reason"] = "x" }),
            await client.Post($"v1/accounts/{ended}/renewals", new JsonObject()),
            await client.Get($"v1/accounts/{account}/balance"),
            await client.Get($"v1/accounts/{account}/balance?user=1000"),
            await client.Send(HttpMethod.Put, $"v1/accounts/{account}/leases/c", lease),
            await client.Get($"v1/accounts/{account}/leases/c"),
            await client.Get($"v1/accounts/{account}/leases"),
            await client.Send(HttpMethod.Delete, $"v1/accounts/{account}/leases/c", new JsonObject { ["reason"] = "x" }),
            await client.Get($"v1/accounts/{account}/members"),
            await client.Send(HttpMethod.Put, $"v1/accounts/{account}/members/7", new JsonObject()),
            await client.Send(HttpMethod.Delete, $"v1/accounts/{account}/members/7?reason=x", null),
            await client.Get($"v1/accounts/{account}/changes"),
            await client.Send(HttpMethod.Put, "v1/clusters/alpha/directory", new JsonObject()),
            await client.Post($"v1/accounts/{account}/deposits", one.DeepClone()),
            await client.Post($"v1/accounts/{account}/adjustments", one.DeepClone()),
            await client.Post("v1/jobs/o-1/refunds", one.DeepClone()),
            await client.Get($"v1/accounts/{account}/statement"),
            await client.Get("v1/jobs/o-1/receipt"),
            await client.Get("v1/tokens"),
            await client.Post("v1/tokens", new JsonObject { ["name"] = "o_new", ["scope"] = "read" }),
            await client.Send(HttpMethod.Delete, "v1/tokens/o_new", null),
            // Refusals: by field, by address, by scope.
            await client.Post("v1/accounts", new JsonObject { ["name"] = "" }),
            await client.Get("v1/accounts?page=0"),
            await client.Get("v1/tokens", with: bank.Reader),
            await client.Get("v1/tokens", with: "wrong"),
        ];
        var document = await Document();
        var described = document["paths"]!
            .AsObject()
            .SelectMany(static path => path.Value!.AsObject().Select(one => (path.Key, Method: one.Key, one.Value)));
        var asked = new HashSet<string>();
        foreach (var answer in answers)
        {
            var segments = answer.Path.Split('?')[0].Split('/');
            var (path, method, operation) = described.Single(one =>
                Matches(one.Key, segments) && string.Equals(one.Method, answer.Method.Method, StringComparison.OrdinalIgnoreCase)
            );
            var isGood = (int)answer.Status < 400;
            if (isGood)
            {
                asked.Add($"{method} {path}");
            }

            var response = operation!["responses"]![isGood ? $"{(int)answer.Status}" : "4XX"];
            Assert.True(response is not null, $"{method} {path} answers {(int)answer.Status}: {answer.Body}");
            if (response["content"]?[answer.Type ?? ""]?["schema"] is not { } schema)
            {
                Assert.True(answer.Body.Length == 0, $"{method} {path} answers {answer.Type}");
                continue;
            }

            var results = Schema(document, schema)
                .Evaluate(JsonDocument.Parse(answer.Body).RootElement, new() { OutputFormat = OutputFormat.List });
            Assert.True(results.IsValid, $"{method} {path}: {answer.Body}: {JsonSerializer.Serialize(results)}");
        }

        Assert.Equal(described.Select(static one => $"{one.Method} {one.Key}").Order(), asked.Order());
    }

    [Fact]
    public async Task Every_field_that_is_described_is_taken_and_no_other()
    {
        var document = await Document();
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        var bodies =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            let schema = operation.Value!["requestBody"]?["content"]!["application/json"]!["schema"]!["$ref"]!.ToString()
            where schema is not null
            select (
                Method: new HttpMethod(operation.Key.ToUpperInvariant()),
                Path: path.Key.TrimStart('/')
                    .Replace("{account}", account)
                    .Replace("{user}", "7")
                    .Replace("{job}", "none")
                    .Replace("{cluster}", "c"),
                Fields: document["components"]!["schemas"]![schema.Split('/')[^1]]!["properties"]!.AsObject()
            );
        foreach (var (method, path, fields) in bodies.ToList())
        {
            // A list is no value of any of them but of lists, and the one that is not described is named as such.
            var wrong = new JsonObject { ["surprise"] = new JsonArray() };
            foreach (var (field, described) in fields)
            {
                wrong[field] = described!["type"]?.ToString() == "array" ? new JsonObject() : new JsonArray();
            }

            var answer = await client.Send(method, path, wrong);
            Assert.Equal(
                wrong.Select(static one => one.Key).Order(),
                answer.Json["errors"]!.AsObject().Select(static one => one.Key).Order()
            );
        }
    }

    private static async Task<List<(string Name, string Need)>> Served()
    {
        using var database = new SqliteTestDatabase();
        using var store = database.Open();
        await using var application = BankApplication.Build(
            new Uri("http://127.0.0.1:0"),
            null,
            store,
            TimeProvider.System,
            LeaseTerms.Usual
        );
        var served =
            from endpoint in ((IEndpointRouteBuilder)application)
                .DataSources.SelectMany(static source => source.Endpoints)
                .OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            select ($"{method.ToUpperInvariant()} {endpoint.RoutePattern.RawText}", NeedOf(endpoint));
        return [.. served];
    }

    private static string NeedOf(RouteEndpoint endpoint)
    {
        var need = endpoint.Metadata.GetMetadata<EndpointNeed>() ?? EndpointNeed.Read;
        return need == EndpointNeed.Nothing ? "none" : need.Scope.ToString().ToLowerInvariant();
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!);

    private static async Task<JsonNode> TheContract()
    {
        await using var document = typeof(OpenApiTests).Assembly.GetManifestResourceStream("swagger.json")!;
        return (await JsonNode.ParseAsync(document))!;
    }

    private static bool Matches(string template, string[] segments)
    {
        var parts = template.TrimStart('/').Split('/');
        return parts.Length == segments.Length && parts.Zip(segments).All(static pair => pair.First[0] == '{' || pair.First == pair.Second);
    }

    private static JsonSchema Schema(JsonNode document, JsonNode schema)
    {
        var root = new JsonObject { ["$defs"] = document["components"]!["schemas"]!.DeepClone(), ["$ref"] = schema["$ref"]!.ToString() };
        return JsonSchema.FromText(root.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    private async Task<JsonNode> Document() => (await bank.Send(HttpMethod.Get, "openapi.json", token: "")).Json;

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
