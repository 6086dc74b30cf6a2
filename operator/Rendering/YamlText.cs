using System.Text.Encodings.Web;
using System.Text.Json;

namespace SlurmBanking.Operator.Rendering;

/// <summary>YAML that keeps its comments, and so is written as text.</summary>
internal static class YamlText
{
    /// <summary>A string on one line, whatever is in it: JSON's strings are YAML's.</summary>
    public static string Quote(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>Blocks one after another, each further in by a number of spaces.</summary>
    public static string Indent(int spaces, params ReadOnlySpan<string> blocks)
    {
        var margin = new string(' ', spaces);
        var lines = string.Join('\n', blocks).Split('\n').Where(static line => line.Length > 0);
        return string.Join('\n', lines.Select(line => margin + line));
    }
}
