using System.Text.RegularExpressions;
using SlurmBanking.BankConfig.Messages;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace SlurmBanking.BankConfig;

/// <summary>
/// Flattens a TOML document to its keys with their places. The syntax tree is read rather than a mapped object because only
/// it keeps places for every key, unknown ones included, and numbers as they are written, without a detour over binary
/// floating point.
/// </summary>
internal static partial class TomlEntries
{
    public static List<TomlEntry> Read(string text, string file, List<ConfigProblem> problems)
    {
        if (Parse(text, file, problems) is not { } document)
        {
            return [];
        }

        foreach (var message in document.Diagnostics)
        {
            problems.Add(
                new ConfigProblem(
                    file,
                    message.Span.Start.Line + 1,
                    message.Span.Start.Column + 1,
                    WithoutValues(message.Message),
                    message.Kind == DiagnosticMessageKind.Error
                )
            );
        }

        var entries = new List<TomlEntry>();
        if (document.HasErrors)
        {
            return entries;
        }

        AddAll(document.KeyValues, [], entries);
        foreach (var table in document.Tables)
        {
            var path = PathOf(table.Name);
            if (table is TableArraySyntax)
            {
                entries.Add(At(path, null, table));
                continue;
            }

            AddAll(table.Items, path, entries);
        }

        ReportDuplicates(entries, file, problems);
        return entries;
    }

    // The parser fails, rather than reports, on some texts that are no TOML: a quotation and then a backslash at the end.
    private static DocumentSyntax? Parse(string text, string file, List<ConfigProblem> problems)
    {
        try
        {
            return SyntaxParser.Parse(text, file);
        }
        catch (Exception e)
        {
            problems.Add(new ConfigProblem(file, 0, 0, ConfigTexts.NoTomlOf(e.GetType().Name), IsError: true));
            return null;
        }
    }

    // The parser quotes what it stumbles over, which may be the token: only what it says before the quotation is passed on.
    private static string WithoutValues(string message)
    {
        var twice = GivenTwice().Match(message);
        if (twice.Success)
        {
            return ConfigTexts.TwiceFrom(twice.Groups["key"].Value, twice.Groups["line"].Value);
        }

        if (message.StartsWith("Expecting `=` after a key", StringComparison.Ordinal))
        {
            return ConfigTexts.NoValue;
        }

        var quotation = message.AsSpan().IndexOfAny("`\"'[");
        return (quotation < 0 ? message : message[..quotation]).TrimEnd() is { Length: > 0 } words ? words : ConfigTexts.NoToml;
    }

    [GeneratedRegex(
        @"^The key `(?<key>.+?)` is already defined at \((?<line>[0-9]+),[0-9]+\)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex GivenTwice();

    private static void AddAll(IEnumerable<KeyValueSyntax> items, string[] prefix, List<TomlEntry> entries)
    {
        foreach (var item in items)
        {
            string[] path = [.. prefix, .. PathOf(item.Key)];
            if (item.Value is InlineTableSyntax inline)
            {
                AddAll(inline.Items.Select(static member => member.KeyValue!), path, entries);
            }
            else
            {
                entries.Add(At(path, item.Value, item));
            }
        }
    }

    private static TomlEntry At(string[] path, ValueSyntax? value, SyntaxNode node) =>
        new(path, value, node.Span.Start.Line + 1, node.Span.Start.Column + 1);

    private static string[] PathOf(KeySyntax? key) =>
        key is null ? [] : [Text(key.Key), .. key.DotKeys.Select(static part => Text(part.Key))];

    private static string Text(BareKeyOrStringValueSyntax? part) =>
        part switch
        {
            StringValueSyntax quoted => quoted.Value ?? "",
            BareKeySyntax bare => bare.Key?.Text ?? "",
            _ => "",
        };

    private static void ReportDuplicates(List<TomlEntry> entries, string file, List<ConfigProblem> problems)
    {
        var seen = new Dictionary<string, TomlEntry>(StringComparer.Ordinal);
        foreach (var entry in entries.Where(entry => !seen.TryAdd(string.Join('\0', entry.Path), entry)))
        {
            problems.Add(new ConfigProblem(file, entry.Line, entry.Column, ConfigTexts.Twice(entry.Name), IsError: true));
        }
    }
}
