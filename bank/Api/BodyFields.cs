using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Reads the fields of a JSON object one by one and collects what is wrong with each, in the words that clients of the contract
/// know. A field that is wrong or absent reads as null.
/// </summary>
internal sealed class BodyFields(JsonElement body)
{
    // Far beyond any job, and far below where sums of them would overflow.
    private const decimal MostHours = 1_000_000_000_000m;

    /// <summary>Messages by field, as they go over the wire.</summary>
    public JsonObject Errors { get; } = [];

    /// <summary>The fields that were asked for and are there.</summary>
    public HashSet<string> Seen { get; } = [];

    /// <summary>A text that must be there: a number counts as its digits.</summary>
    public string? RequiredText(string name, int maxLength, bool isDigits = false)
    {
        if (!TryGet(name, out var value))
        {
            return Wrong(name, ContractAnswers.Required);
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return Wrong(name, ContractAnswers.Null);
        }

        if (!TryText(name, value, maxLength, out var text))
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return Wrong(name, ContractAnswers.Blank);
        }

        return isDigits && !text.All(char.IsAsciiDigit) ? Wrong(name, RestAnswers.NoUid) : text;
    }

    /// <summary>A text that may be absent or null.</summary>
    public string? Text(string name, int maxLength)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong(name, ContractAnswers.NoText);
        }

        return TryText(name, value, maxLength, out var text) ? text : null;
    }

    /// <summary>Why something is done, in the caller's words.</summary>
    public string? RequiredReason(string name) => Reason(name, RequiredText(name, TextRule.MaxReason));

    /// <summary>The same where nothing need be said.</summary>
    public string? ReasonOrNull(string name) => Reason(name, Text(name, TextRule.MaxReason));

    private string? Reason(string name, string? text) =>
        text is not null && TextRule.Problem(text, TextRule.MaxReason) is not null ? Wrong(name, ContractAnswers.Blank) : text;

    public DateTimeOffset? Time(string name)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TryTime(TryPlainText(value), out var time))
        {
            return time;
        }

        Wrong(name, ContractAnswers.NoTime);
        return null;
    }

    /// <summary>A date with a time; UTC when it does not say.</summary>
    public static bool TryTime(string? text, out DateTimeOffset time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        time = default;
        return text is { Length: >= 16 }
            && text[10] is ('T' or ' ')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out time);
    }

    /// <summary>Whether a field is there with just this text.</summary>
    public bool IsText(string name, string text) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.String && TryPlainText(value) == text;

    /// <summary>An amount that may be absent, but not null.</summary>
    public ServiceUnits? Amount(string name, bool mayBeNegative = false)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            Wrong(name, ContractAnswers.Null);
            return null;
        }

        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        if (value.ValueKind == JsonValueKind.String && !TryText(name, value, int.MaxValue, out text))
        {
            return null;
        }

        if (AmountText.TryRead(text, out var amount, out var problem, mayBeNegative))
        {
            return amount;
        }

        Wrong(name, problem);
        return null;
    }

    /// <summary>An amount that may be absent or null.</summary>
    public ServiceUnits? AmountOrNull(string name) => TryGetValue(name, out _) ? Amount(name) : null;

    /// <summary>An amount that must be there, and be other than zero.</summary>
    public ServiceUnits? RequiredAmount(string name, bool mayBeNegative = false)
    {
        var amount = RequiredAmountOrZero(name, mayBeNegative);
        if (amount == ServiceUnits.Zero)
        {
            Wrong(name, RestAnswers.Zero);
        }

        return amount;
    }

    /// <summary>An amount that must be there.</summary>
    public ServiceUnits? RequiredAmountOrZero(string name, bool mayBeNegative = false)
    {
        if (!TryGet(name, out _))
        {
            Wrong(name, ContractAnswers.Required);
            return null;
        }

        return Amount(name, mayBeNegative);
    }

    /// <summary>The element of an object that must be there; null when it is not.</summary>
    public JsonElement? RequiredObject(string name)
    {
        if (!TryGet(name, out var value))
        {
            Wrong(name, ContractAnswers.Required);
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        Wrong(name, value.ValueKind == JsonValueKind.Null ? ContractAnswers.Null : ContractAnswers.NoObject);
        return null;
    }

    /// <summary>A switch; off when absent.</summary>
    public bool Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(name, RestAnswers.NoFlag);
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>Refuses fields that were not asked for: a typing error in a field that may be absent would go unseen.</summary>
    public void RefuseOthers()
    {
        foreach (var property in body.EnumerateObject().Where(property => !Seen.Contains(property.Name)))
        {
            Wrong(property.Name, RestAnswers.NoSuchField);
        }
    }

    public int? Integer(string name) => (int?)Integer(name, int.MaxValue);

    /// <summary>An integer from zero on.</summary>
    public long? Integer(string name, long most)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        var text = TryPlainText(value);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number <= most)
        {
            return NotNegative(name, number) ? number : null;
        }

        Wrong(name, ContractAnswers.NoInteger);
        return null;
    }

    public decimal? Number(string name)
    {
        if (!TryGetValue(name, out var value))
        {
            return null;
        }

        var text = TryPlainText(value);
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (number > MostHours)
            {
                Wrong(name, ContractAnswers.TooMuch(MostHours));
                return null;
            }

            return NotNegative(name, number) ? number : null;
        }

        Wrong(name, ContractAnswers.NoNumber);
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

        Wrong(name, value.ValueKind == JsonValueKind.Null ? ContractAnswers.Null : ContractAnswers.NoList);
        return null;
    }

    /// <summary>The objects of a list, each read whole; null when the list is absent, or something in it is wrong.</summary>
    /// <param name="name">The list.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="read">Reads what it knows of one; what is left over is refused.</param>
    public List<T>? Objects<T>(string name, int most, Func<BodyFields, T> read)
    {
        if (List(name) is not { } list)
        {
            return null;
        }

        if (list.GetArrayLength() > most)
        {
            Wrong(name, RestAnswers.TooMany(most));
            return null;
        }

        var items = new List<T>();
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                Wrong(name, RestAnswers.NoObject(items.Count + 1));
                return null;
            }

            var fields = new BodyFields(element);
            items.Add(read(fields));
            fields.RefuseOthers();
            if (fields.Errors.Count > 0)
            {
                Errors[name] = new JsonObject { [$"{items.Count}"] = fields.Errors };
                return null;
            }
        }

        return items;
    }

    /// <summary>A count that must be there; 0 when it is wrong.</summary>
    public int RequiredInteger(string name)
    {
        if (!TryGetValue(name, out _))
        {
            Wrong(name, ContractAnswers.Required);
        }

        return Integer(name).GetValueOrDefault();
    }

    public string? Wrong(string name, string message)
    {
        Errors[name] = new JsonArray(message);
        return null;
    }

    // A text, or a number as it was written; null for anything else, for what is no text at all (half a surrogate pair) too.
    public static string? TryPlainText(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.GetRawText();
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private bool TryText(string name, JsonElement value, int maxLength, [NotNullWhen(true)] out string? text)
    {
        text = TryPlainText(value);
        if (text is null)
        {
            Wrong(name, ContractAnswers.NoText);
        }
        else if (text.Any(char.IsControl))
        {
            Wrong(name, RestAnswers.ControlCharacters);
        }
        else if (text.Length > maxLength)
        {
            TooLong(name, maxLength);
        }
        else
        {
            return true;
        }

        return false;
    }

    private bool NotNegative(string name, decimal number)
    {
        if (number < 0)
        {
            Wrong(name, ContractAnswers.Negative);
        }

        return number >= 0;
    }

    private string? TooLong(string name, int maxLength) => Wrong(name, ContractAnswers.TooLong(maxLength));

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
