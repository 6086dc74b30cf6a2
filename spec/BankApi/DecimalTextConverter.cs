using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>Writes a decimal number as text, as the contract's "decimal" format wants it, and reads text or a number.</summary>
/// <exception cref="JsonException">On reading anything else.</exception>
public sealed class DecimalTextConverter : JsonConverter<decimal>
{
    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));

    internal static decimal Read(ref Utf8JsonReader reader)
    {
        decimal value;
        var isDecimal = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetDecimal(out value),
            JsonTokenType.String => decimal.TryParse(
                reader.GetString(),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out value
            ),
            _ => throw new JsonException("neither decimal text nor a number"),
        };
        return isDecimal ? value : throw new JsonException("not a decimal number");
    }
}
