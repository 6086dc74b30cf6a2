using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>
/// docs/configuration.md is made of bank-config.toml.example, whose keys, defaults and words the Spec suite holds against the reader.
/// UPDATE=1 writes it.
/// </summary>
public sealed partial class ConfigurationReferenceTests
{
    private const string Page = "docs/configuration.md";

    private const string Head = """
        # bank-config.toml

        Every key, made of [bank-config.toml.example](../bank-config.toml.example), which is what to copy (`UPDATE=1 make test-fast`
        writes this page). On Kubernetes the same keys are fields of a [BankingConfig](kubernetes.md), in camelCase.


        """;

    [Fact]
    public void It_says_what_the_example_says() =>
        Assert.Equal(Tree.Made(Page, Render(Tree.Read("bank-config.toml.example"))), Tree.Read(Page));

    private static string Render(string example)
    {
        var page = new StringBuilder(Head);
        var isPreface = true;
        foreach (var line in example.Split('\n'))
        {
            if (SectionLine().Match(line) is { Success: true } section)
            {
                isPreface = false;
                page.Append($"\n## `[{section.Groups["name"].Value}]`\n");
                page.Append(section.Groups["words"] is { Success: true } words ? $"{Sentence(words.Value)}.\n" : "");
                page.Append("\n| key | type | in the example | |\n|---|---|---|---|\n");
            }
            else if (KeyLine().Match(line) is { Success: true } key)
            {
                var (name, value) = (key.Groups["key"].Value, key.Groups["value"].Value);
                page.Append($"| `{name}` | {TypeOf(value)} | `{value}` | {key.Groups["words"].Value} |\n");
            }
            else if (isPreface && line.StartsWith('#'))
            {
                page.Append(line.TrimStart('#').TrimStart()).Append('\n');
            }
            else if (isPreface && line.Length == 0)
            {
                isPreface = false;
            }
        }

        return page.ToString();
    }

    private static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    private static string TypeOf(string value) =>
        value switch
        {
            "true" or "false" => "true or false",
            ['[', ..] => "list of texts",
            ['"', ..] when Duration().IsMatch(value) => "duration",
            ['"', ..] when value.Contains("00:00", StringComparison.Ordinal) => "time, as for sbatch",
            ['"', ..] => "text",
            _ => "number",
        };

    [GeneratedRegex(@"^\[(?<name>[A-Za-z.]+)\]\s*(# (?<words>.+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SectionLine();

    [GeneratedRegex(
        """^"?(?<key>[A-Za-z_/]+)"? = (?<value>("[^"]*"|\[[^\]]*\]|\S+))(\s+# (?<words>.+))?$""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex KeyLine();

    [GeneratedRegex("""^"[0-9]+(ms|s|m|h|d)"$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Duration();
}
