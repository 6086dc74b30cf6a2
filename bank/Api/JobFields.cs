using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Reads the fields of a JSON object one by one and collects what is wrong with each, in the words that clients of the contract
/// know. A field that is wrong or absent reads as null.
/// </summary>
internal sealed class JobFields(JsonElement body)
{
    /// <summary>Messages by field, as they go over the wire.</summary>
    public JsonObject Errors { get; } = [];

    public HashSet<string> Seen { get; } = [];

    public string? RequiredText(string name, int maxLength, bool isDigits = false)
    {
        if (!TryGet(name, out var value))
        {
            return Wrong(name, "This field is required.");
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        if (text is null)
        {
            return Wrong(name, value.ValueKind == JsonValueKind.Null ? "This field may not be null." : "Not a valid string.");
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return Wrong(name, "This field may not be blank.");
        }

        if (isDigits && !text.All(char.IsAsciiDigit))
        {
            return Wrong(name, "A cluster uid has digits only.");
        }

        return text.Length > maxLength ? TooLong(name, maxLength) : text;
    }

    public string? Text(string name, int maxLength)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong(name, "Not a valid string.");
        }

        var text = value.GetString()!;
        return text.Length > maxLength ? TooLong(name, maxLength) : text;
    }

    public DateTimeOffset? Time(string name)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (
            value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: >= 16 } text
            && text[10] is 'T' or ' '
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, Utc, out var time)
        )
        {
            return time;
        }

        Wrong(name, "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
        return null;
    }

    public ServiceUnits? Amount(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            Wrong(name, "This field may not be null.");
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (AmountText.TryRead(text, out var amount, out var problem))
        {
            return amount;
        }

        Wrong(name, problem);
        return null;
    }

    public int? Integer(string name)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
        {
            return number;
        }

        if (value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), CultureInfo.InvariantCulture, out number))
        {
            return number;
        }

        Wrong(name, "A valid integer is required.");
        return null;
    }

    public decimal? Number(string name)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
        {
            return number;
        }

        if (
            value.ValueKind == JsonValueKind.String
            && decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        )
        {
            return number;
        }

        Wrong(name, "A valid number is required.");
        return null;
    }

    /// <summary>The element of a list field; null when absent or wrong.</summary>
    public JsonElement? List(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return value;
        }

        Wrong(name, value.ValueKind == JsonValueKind.Null ? "This field may not be null." : "Expected a list of items.");
        return null;
    }

    public string? Wrong(string name, string message)
    {
        Errors[name] = new JsonArray(message);
        return null;
    }

    private string? TooLong(string name, int maxLength) => Wrong(name, $"Ensure this field has no more than {maxLength} characters.");

    private bool TryGetValue(string name, out JsonElement value) => TryGet(name, out value) && value.ValueKind != JsonValueKind.Null;

    private bool TryGet(string name, out JsonElement value)
    {
        if (!body.TryGetProperty(name, out value))
        {
            return false;
        }

        Seen.Add(name);
        return true;
    }
}
