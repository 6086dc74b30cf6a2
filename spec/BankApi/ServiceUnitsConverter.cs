using System.Text.Json;
using System.Text.Json.Serialization;
using SlurmBanking.Terms;

namespace SlurmBanking.BankApi;

/// <summary>Writes an amount as decimal text ("48.00"), reads decimal text or a number of at most 2 decimals.</summary>
/// <exception cref="JsonException">On reading anything else, or an amount that the contract can't carry.</exception>
public sealed class ServiceUnitsConverter : JsonConverter<ServiceUnits>
{
    /// <inheritdoc/>
    public override ServiceUnits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var number = DecimalTextConverter.Read(ref reader);
        return decimal.Round(number, 2) == number && ServiceUnits.TryRound(number, out var amount)
            ? amount
            : throw new JsonException("not an amount of at most 11 digits, 2 of them decimals");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ServiceUnits value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
