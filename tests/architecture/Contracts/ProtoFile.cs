using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>
/// Reads a .proto file line by line, as far as ours go: one declaration a line, comments with "//" above it or behind it. Whatever else it
/// meets is an error, so that nothing of a contract is left out of the page that is made of it.
/// </summary>
internal sealed partial class ProtoFile
{
    private readonly string _name;
    private readonly Stack<ProtoItem> _open = new();
    private readonly List<string> _heading = [];
    private ProtoItem? _file;
    private ProtoItem? _last;
    private int _lastColumn;

    private ProtoFile(string name) => _name = name;

    /// <param name="name">For errors.</param>
    /// <param name="text">The file's.</param>
    public static ProtoItem Read(string name, string text)
    {
        var reader = new ProtoFile(name);
        var lines = text.TrimEnd('\n').Split('\n');
        for (var number = 1; number <= lines.Length; number++)
        {
            reader.Take(lines[number - 1], number);
        }

        return reader._open.Count == 0 && reader._heading.Count == 0 && reader._file is { } file
            ? file
            : throw reader.Error(lines.Length, "it ends too early");
    }

    private void Take(string line, int number)
    {
        var column = line.IndexOf("//", StringComparison.Ordinal);
        var comment = column < 0 ? null : line[(column + 2)..].Trim();
        var code = (column < 0 ? line : line[..column]).Trim();
        if (code.Length > 0)
        {
            _last = Declare(code, number);
            _lastColumn = column;
            if (comment is not null)
            {
                (_last ?? throw Error(number, "a comment behind what can have none")).Words = comment;
            }
        }
        else if (comment is null)
        {
            _last = null;
            // Between the file's own comment and its package there is the syntax.
            if (_heading.Count > 0 && _file is not null)
            {
                throw Error(number, "a comment that belongs to nothing");
            }
        }
        else if (_last is { Words.Length: > 0 } && column == _lastColumn)
        {
            _last.Words += $" {comment}";
        }
        else
        {
            _heading.Add(comment);
        }
    }

    private ProtoItem? Declare(string code, int number)
    {
        if (_file is null)
        {
            if (code == "syntax = \"proto3\";")
            {
                return null;
            }

            if (Package().Match(code) is not { Success: true } package)
            {
                throw Error(number, "neither syntax nor package");
            }

            _file = new ProtoItem(ProtoKind.File, package.Groups["name"].Value, number, Heading());
            return null;
        }

        if (Setting().IsMatch(code))
        {
            return _heading.Count == 0 ? null : throw Error(number, "a comment above what can have none");
        }

        if (code == "}")
        {
            return _heading.Count == 0 && _open.TryPop(out _) ? null : throw Error(number, "nothing to close");
        }

        var within = _open.TryPeek(out var open) ? open : _file;
        var item =
            Block(code, number, within)
            ?? within.Kind switch
            {
                ProtoKind.Service => Method(code, number),
                ProtoKind.Message or ProtoKind.OneOf => Field(code, number),
                ProtoKind.Enum => Value(code, number),
                _ => null,
            };
        within.Items.Add(item ?? throw Error(number, $"\"{code}\" is not understood"));
        return item;
    }

    private ProtoItem? Block(string code, int number, ProtoItem within)
    {
        if (Opening().Match(code) is not { Success: true } match)
        {
            return null;
        }

        var kind = match.Groups["kind"].Value switch
        {
            "service" when within.Kind == ProtoKind.File => ProtoKind.Service,
            "message" when within.Kind is ProtoKind.File or ProtoKind.Message => ProtoKind.Message,
            "enum" when within.Kind is ProtoKind.File or ProtoKind.Message => ProtoKind.Enum,
            "oneof" when within.Kind == ProtoKind.Message => ProtoKind.OneOf,
            _ => throw Error(number, $"\"{code}\" is not where it can be"),
        };
        var item = new ProtoItem(kind, match.Groups["name"].Value, number, Heading());
        if (!match.Groups["empty"].Success)
        {
            _open.Push(item);
        }

        return item;
    }

    private ProtoItem? Method(string code, int number) =>
        MethodLine().Match(code) is { Success: true } match
            ? new ProtoItem(ProtoKind.Method, match.Groups["name"].Value, number, Heading())
            {
                Type = match.Groups["type"].Value,
                Answer = match.Groups["answer"].Value,
                Label = match.Groups["stream"].Value,
            }
            : null;

    private ProtoItem? Field(string code, int number) =>
        FieldLine().Match(code) is { Success: true } match
            ? new ProtoItem(ProtoKind.Field, match.Groups["name"].Value, number, Heading())
            {
                Label = match.Groups["label"].Value,
                Type = match.Groups["type"].Value,
                Number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture),
            }
            : null;

    private ProtoItem? Value(string code, int number) =>
        ValueLine().Match(code) is { Success: true } match
            ? new ProtoItem(ProtoKind.Value, match.Groups["name"].Value, number, Heading())
            {
                Number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture),
            }
            : null;

    // The lines above, as they run on; an empty one parts paragraphs.
    private string Heading()
    {
        var paragraphs = string.Join(' ', _heading.Select(static line => line.Length == 0 ? "\n\n" : line));
        _heading.Clear();
        return paragraphs.Replace(" \n\n ", "\n\n", StringComparison.Ordinal);
    }

    private FormatException Error(int number, string problem) => new($"{_name}:{number}: {problem}");

    [GeneratedRegex(@"^package (?<name>[\w.]+);$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();

    [GeneratedRegex("""^(option csharp_namespace = "[^"]+"|import "[^"]+");$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^(?<kind>service|message|enum|oneof) (?<name>\w+) \{(?<empty>\})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Opening();

    [GeneratedRegex(
        @"^rpc (?<name>\w+)\((?<type>[\w.]+)\) returns \(((?<stream>stream) )?(?<answer>[\w.]+)\);$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex MethodLine();

    [GeneratedRegex(
        @"^((?<label>repeated|optional) )?(?<type>[\w.]+) (?<name>\w+) = (?<number>[0-9]+);$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"^(?<name>\w+) = (?<number>[0-9]+);$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValueLine();
}
