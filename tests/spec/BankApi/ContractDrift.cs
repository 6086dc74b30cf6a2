using System.Net.Http;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using Refit;
using SlurmBanking.BankApi;

namespace SlurmBanking.Spec.Tests.BankApi;

/// <summary>
/// Names every difference between a swagger document and the C# client: paths, verbs, parameters, bodies, answers, and each
/// property of each type, in both directions.
/// </summary>
internal static partial class ContractDrift
{
    public static IReadOnlyList<string> Find(OpenApiDocument document)
    {
        var differences = new List<string>();
        var types = new Dictionary<string, Type>();
        CompareOperations(document, types, differences);
        var schemas = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>();
        var named = new HashSet<string>();
        while (types.Keys.FirstOrDefault(name => !named.Contains(name)) is { } next)
        {
            named.Add(next);
            if (schemas.TryGetValue(next, out var schema))
            {
                SchemaDrift.Compare(next, schema, types, differences);
            }
            else
            {
                differences.Add($"definitions/{next}: only in C#");
            }
        }

        // What only errors carry is read as raw text: no type stands for it.
        var errorsOnly = ErrorSchemas(document);
        differences.AddRange(
            schemas
                .Keys.Where(name => !named.Contains(name) && !errorsOnly.Contains(name))
                .Select(static name => $"definitions/{name}: only in swagger")
        );
        return differences;
    }

    private static void CompareOperations(OpenApiDocument document, Dictionary<string, Type> types, List<string> differences)
    {
        var methods = typeof(IBankApi).GetMethods().ToDictionary(Key);
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (verb, operation) in item.Operations ?? [])
            {
                var name = $"{verb} {Placeholder().Replace(path, "{}")}";
                if (methods.Remove(name, out var method))
                {
                    CompareOperation($"{verb} {path}", operation, method, types, differences);
                }
                else
                {
                    differences.Add($"{verb} {path}: only in swagger");
                }
            }
        }

        differences.AddRange(methods.Keys.Select(static name => $"{name}: only in C#"));
    }

    private static void CompareOperation(
        string name,
        OpenApiOperation operation,
        MethodInfo method,
        Dictionary<string, Type> types,
        List<string> differences
    )
    {
        var path = method.GetCustomAttribute<HttpMethodAttribute>()!.Path;
        var parameters = method.GetParameters().Where(static p => p.ParameterType != typeof(CancellationToken)).ToList();
        var body = parameters.Find(static p => p.GetCustomAttribute<BodyAttribute>() is not null);
        var query = parameters
            .Where(p => p != body && !path.Contains($"{{{p.Name}}}", StringComparison.Ordinal))
            .Select(static p => p.Name!);
        Compare($"{name}: query", Names(operation.Parameters, ParameterLocation.Query), Join(query), differences);

        var sent = operation.RequestBody?.Content?.Values.FirstOrDefault()?.Schema;
        Compare($"{name}: body", Describe(sent), Describe(body?.ParameterType, types), differences);

        var success = operation.Responses?.FirstOrDefault(static response => response.Key.StartsWith('2')).Value;
        var answer = method.ReturnType.GetGenericArguments()[0];
        var content = answer.IsGenericType ? answer.GetGenericArguments()[0] : null;
        var answered = success?.Content?.Values.FirstOrDefault()?.Schema;
        Compare($"{name}: answer", Describe(answered), Describe(content, types), differences);
    }

    private static string Key(MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<HttpMethodAttribute>()!;
        return $"{attribute.Method} {Placeholder().Replace(attribute.Path, "{}")}";
    }

    private static HashSet<string> ErrorSchemas(OpenApiDocument document) =>
        document
            .Paths.Values.SelectMany(static path => path.Operations?.Values.AsEnumerable() ?? [])
            .SelectMany(static operation => operation.Responses ?? [])
            .Where(static response => !response.Key.StartsWith('2'))
            .Select(static response => Describe(response.Value.Content?.Values.FirstOrDefault()?.Schema))
            .ToHashSet();

    private static string Describe(IOpenApiSchema? schema) =>
        schema switch
        {
            null => "nothing",
            OpenApiSchemaReference reference => reference.Reference.Id ?? "nothing",
            { Format: "binary" } => nameof(Stream),
            // The reader gives an answer without a schema an empty one.
            { Type: null } => "nothing",
            _ => schema.Type.ToString()!,
        };

    private static string Describe(Type? type, Dictionary<string, Type> types)
    {
        if (type is not null && type != typeof(Stream))
        {
            types.TryAdd(type.Name, type);
        }

        return type?.Name ?? "nothing";
    }

    private static string Names(IList<IOpenApiParameter>? parameters, ParameterLocation location) =>
        Join((parameters ?? []).Where(parameter => parameter.In == location).Select(static parameter => parameter.Name!));

    private static string Join(IEnumerable<string> names) => string.Join(", ", names.Order());

    internal static void Compare(string what, string? swagger, string? csharp, List<string> differences)
    {
        if (swagger != csharp)
        {
            differences.Add($"{what}: swagger says {swagger}, C# says {csharp}");
        }
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
