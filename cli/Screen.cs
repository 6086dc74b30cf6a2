using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SlurmBanking.Terms;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SlurmBanking.Cli;

/// <summary>Where answers go: tables for people, with colours on a terminal alone, or JSON for programs.</summary>
internal sealed class Screen
{
    // What goes to a file or a pipe is not wrapped: its lines are read by programs.
    private const int WidthOfFile = 1000;

    private readonly TextWriter _output;
    private readonly bool _json;
    private readonly bool _isColoured;
    private readonly int _width;

    /// <param name="output">Standard output, or what stands for it.</param>
    /// <param name="json">JSON is wanted.</param>
    /// <param name="isTerminal">Whether a person looks at it.</param>
    public Screen(TextWriter output, bool json, bool isTerminal)
    {
        (_output, _json) = (output, json);
        _isColoured = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 };
        _width = isTerminal ? Math.Max(Console.WindowWidth, 40) : WidthOfFile;
    }

    /// <summary>The screen of a parsed command line.</summary>
    public static Screen Of(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        return new Screen(output, parsed.GetValue(GlobalOptions.Json), output == Console.Out && !Console.IsOutputRedirected);
    }

    /// <summary>Shows an answer.</summary>
    /// <param name="view">As a program gets it.</param>
    /// <param name="type">Of the view.</param>
    /// <param name="draw">Shows it to a person.</param>
    public void Show<T>(T view, JsonTypeInfo<T> type, Action<Screen> draw)
    {
        if (_json)
        {
            _output.WriteLine(JsonSerializer.Serialize(view, type));
        }
        else
        {
            draw(this);
        }
    }

    /// <summary>A line of text.</summary>
    public void Line(string text = "") => _output.WriteLine(Harmless(text));

    /// <summary>Names and what they are, one below the other; what is "" is left out.</summary>
    public void Facts(params IReadOnlyList<(string Name, string Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        foreach (var (name, value) in facts.Where(static fact => fact.Value.Length > 0))
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Harmless(value)));
        }

        Write(grid);
    }

    /// <summary>A table; amounts and counts stand at the right.</summary>
    /// <param name="columns">Headings; those that begin with "&gt;" are of numbers.</param>
    /// <param name="rows">As many cells each.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = true };
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('>');
            table.AddColumn(
                new TableColumn(new Text(column.TrimStart('>'), new Style(decoration: Decoration.Bold)))
                {
                    Alignment = isNumber ? Justify.Right : Justify.Left,
                    NoWrap = isNumber,
                }
            );
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(static cell => new Text(Harmless(cell))));
        }

        Write(table);
    }

    /// <summary>
    /// What others have written, names of accounts or a bank's refusal, steers no terminal: control characters but the line's end are
    /// shown as "?".
    /// </summary>
    public static string Harmless(string text) => string.Concat(text.Select(static c => char.IsControl(c) && c != '\n' ? '?' : c));

    // Cells are filled up with spaces, which nobody wants in a file.
    private void Write(IRenderable drawing)
    {
        using var drawn = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = _isColoured ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = _isColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(drawn),
            }
        );
        console.Profile.Width = _width;
        console.Write(drawing);
        foreach (var line in drawn.ToString().TrimEnd('\n').Split('\n'))
        {
            _output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>"48.00"; "-" for what is not limited or not known.</summary>
    public static string Amount(decimal? amount) => amount is { } known ? new ServiceUnits((long)(known * 100m)).ToString() : "-";

    /// <summary>"2026-03-01 12:00:00" in the time of this host; "-" for none.</summary>
    public static string Time(DateTimeOffset? time) =>
        time is { } known ? known.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) : "-";
}
