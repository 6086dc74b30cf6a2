using System.Text.Json;
using System.Text.Json.Serialization;

namespace SlurmBanking.Operator.Api;

/// <summary>
/// A price or factor as it was written: a whole number, or a decimal in quotes. Never a float: "0.1" must stay 0.1. Whether it
/// is a number at all is for the rules to say.
/// </summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct DecimalText(string Text)
{
    public override string ToString() => Text;

    // Not private: the code that is generated for JSON makes one.
    internal sealed class Converter : JsonConverter<DecimalText>
    {
        public override DecimalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new DecimalText(reader.GetString()!);
            }

            if (reader.TokenType == JsonTokenType.Number)
            {
                // The server keeps a fraction as a float: what was written is lost before it comes here.
                using var number = JsonDocument.ParseValue(ref reader);
                if (number.RootElement.TryGetInt64(out _))
                {
                    return new DecimalText(number.RootElement.GetRawText());
                }
            }

            throw new JsonException("must be a whole number, or a decimal in quotes");
        }

        public override void Write(Utf8JsonWriter writer, DecimalText value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Text);
    }
}
