using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.BankApi;

/// <summary>Compares a definition with the record that stands for it, property by property.</summary>
internal static class SchemaDrift
{
    public static void Compare(string name, IOpenApiSchema schema, Dictionary<string, Type> types, List<string> differences)
    {
        var properties = types[name].GetProperties().ToDictionary(WireName);
        foreach (var (wireName, described) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            var where = $"definitions/{name}/{wireName}";
            if (!properties.Remove(wireName, out var property))
            {
                differences.Add($"{where}: only in swagger");
                continue;
            }

            var isRequired = schema.Required?.Contains(wireName) == true;
            CompareProperty(where, described, isRequired, property, types, differences);
        }

        differences.AddRange(properties.Keys.Select(wireName => $"definitions/{name}/{wireName}: only in C#"));
    }

    private static void CompareProperty(
        string where,
        IOpenApiSchema schema,
        bool isRequired,
        PropertyInfo property,
        Dictionary<string, Type> types,
        List<string> differences
    )
    {
        var nullable = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        // Null stands for "not said" everywhere; where the contract refuses an explicit null, the property is never written as one.
        var isWritten = property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.WhenWritingNull;
        var length = property.GetCustomAttribute<StringLengthAttribute>();
        var isNullable = schema.Type?.HasFlag(JsonSchemaType.Null) == true;
        ContractDrift.Compare($"{where}: type", Describe(schema), Describe(property, types), differences);
        ContractDrift.Compare(
            $"{where}: required",
            $"{isRequired}",
            $"{property.GetCustomAttribute<RequiredMemberAttribute>() is not null}",
            differences
        );
        ContractDrift.Compare($"{where}: nullable", $"{isNullable}", $"{nullable && isWritten}", differences);
        ContractDrift.Compare($"{where}: minLength", $"{schema.MinLength ?? 0}", $"{length?.MinimumLength ?? 0}", differences);
        ContractDrift.Compare(
            $"{where}: maxLength",
            $"{schema.MaxLength ?? int.MaxValue}",
            $"{length?.MaximumLength ?? int.MaxValue}",
            differences
        );
    }

    private static string Describe(IOpenApiSchema schema) =>
        schema switch
        {
            OpenApiSchemaReference reference => reference.Reference.Id ?? "",
            { Items: { } items } => $"list of {Describe(items)}",
            _ => $"{schema.Type & ~JsonSchemaType.Null} {schema.Format}".Trim(),
        };

    private static string Describe(PropertyInfo property, Dictionary<string, Type> types)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var isText = property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(DecimalTextConverter);
        return isText ? "String decimal" : Describe(type, types);
    }

    private static string Describe(Type type, Dictionary<string, Type> types)
    {
        if (type.IsGenericType)
        {
            return $"list of {Describe(type.GetGenericArguments()[0], types)}";
        }

        if (Primitives.TryGetValue(type, out var described))
        {
            return described;
        }

        types.TryAdd(type.Name, type);
        return type.Name;
    }

    private static string WireName(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name;

    private static readonly Dictionary<Type, string> Primitives = new()
    {
        [typeof(string)] = "String",
        [typeof(bool)] = "Boolean",
        [typeof(int)] = "Integer int32",
        [typeof(decimal)] = "Number",
        [typeof(DateTimeOffset)] = "String date-time",
        [typeof(Uri)] = "String uri",
        [typeof(ServiceUnits)] = "String decimal",
    };
}
