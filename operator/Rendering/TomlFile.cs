using System.Globalization;
using System.Text;

namespace SlurmBanking.Operator.Rendering;

/// <summary>TOML as it is written, which remembers of every line the field of the BankingConfig that it came from.</summary>
internal sealed class TomlFile
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _fields = [];

    public string Text => _text.ToString();

    /// <param name="line">1-based.</param>
    /// <returns>"spec.api.url"; "spec" for a line that came from no single field, such as a comment.</returns>
    public string FieldOf(int line) => line >= 1 && line <= _fields.Count ? _fields[line - 1] : "spec";

    public void Comment(string text) => Line($"# {text}", "spec");

    public void Section(string field, params ReadOnlySpan<string> path)
    {
        Line("", "spec");
        Line($"[{string.Join('.', path.ToArray().Select(Key))}]", field);
    }

    public void Flag(string field, string key, bool? value)
    {
        if (value is { } flag)
        {
            Line($"{key} = {(flag ? "true" : "false")}", field);
        }
    }

    public void String(string field, string key, string? value)
    {
        if (value is not null)
        {
            Line($"{key} = {Quote(value)}", field);
        }
    }

    public void Strings(string field, string key, IReadOnlyList<string>? values)
    {
        if (values is not null)
        {
            Line($"{key} = [{string.Join(", ", values.Select(static value => Quote(value ?? "")))}]", field);
        }
    }

    /// <summary>A number exactly as it was written; what is none goes in quotes, so that whoever reads the file says so.</summary>
    public void Number(string field, string key, string value) =>
        Line($"{Key(key)} = {(IsPlainNumber(value) ? value : Quote(value))}", field);

    private static bool IsPlainNumber(string text)
    {
        var parts = text.TrimStart('-').Split('.');
        return text.Length - text.TrimStart('-').Length <= 1
            && parts.Length <= 2
            && Array.TrueForAll(parts, static part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && (parts[0].Length == 1 || parts[0][0] != '0');
    }

    private static string Key(string key) =>
        key.Length > 0 && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : Quote(key);

    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            // Lone surrogates come as U+FFFD; everything that could end the string or the line is spelt out.
            _ = rune.Value switch
            {
                '"' or '\\' => quoted.Append('\\').Append((char)rune.Value),
                < ' ' or 0x7f or 0x85 or 0x2028 or 0x2029 => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => quoted.Append(rune.ToString()),
            };
        }

        return quoted.Append('"').ToString();
    }

    private void Line(string text, string field)
    {
        _text.Append(text).Append('\n');
        _fields.Add(field);
    }
}
