using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>
/// The simple commands of a script, those of substitutions included, as far as a document's examples go. What it does not understand is an
/// error: else a command could hide behind it.
/// </summary>
internal sealed partial class ShellScript
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "do",
        "done",
        "then",
        "else",
        "fi",
        "if",
        "while",
        "until",
        "!",
        "{",
        "}",
    };

    private readonly string _text;
    private readonly List<ShellCommand> _commands = [];
    private readonly List<string> _documents = [];
    private int _at;

    private ShellScript(string text) => _text = text;

    private char Here => _at < _text.Length ? _text[_at] : '\0';

    private int Line => 1 + _text.AsSpan(0, _at).Count('\n');

    public static IReadOnlyList<ShellCommand> Commands(string text)
    {
        var script = new ShellScript(text);
        script.List('\0');
        return script._at == text.Length ? script._commands : throw script.Error("it closes what was never opened");
    }

    // Commands up to the character that ends a subshell or a substitution, which is left where it is.
    private void List(char end)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var isTarget = false;

        void EndWord()
        {
            if (isWord && !isTarget)
            {
                words.Add(word.ToString());
            }

            isTarget = isTarget && !isWord;
            isWord = false;
            word.Clear();
        }

        void EndCommand()
        {
            EndWord();
            Finish(words);
            words.Clear();
        }

        for (; Here != end; _at++)
        {
            switch (Here)
            {
                case '\0':
                    throw Error($"there is no '{end}'");
                case '\\' when Next() == '\n':
                    _at++;
                    break;
                case '\\':
                    _at++;
                    isWord = true;
                    word.Append(Here);
                    break;
                case ' ' or '\t':
                    EndWord();
                    break;
                case '#' when !isWord:
                    SkipToLineEnd();
                    break;
                case '\n':
                    EndCommand();
                    Documents();
                    break;
                case ';' or '&' or '|':
                    EndCommand();
                    break;
                case '(' when !isWord && words.Count == 0:
                    Nested();
                    break;
                case '\'':
                    isWord = true;
                    word.Append(Quoted());
                    break;
                case '"':
                    isWord = true;
                    DoubleQuoted(word);
                    break;
                case '$':
                    isWord = true;
                    Variable(word);
                    break;
                case '<' or '>' when Next() == '(':
                    _at++;
                    Nested();
                    isWord = true;
                    break;
                case '<' when Next() == '<':
                    EndWord();
                    _at++;
                    Delimiter();
                    break;
                case '<' or '>':
                    // A file descriptor, as in 2>, is no word.
                    isWord = isWord && !int.TryParse(word.ToString(), out _);
                    EndWord();
                    SkipAll('>', '&');
                    isTarget = true;
                    break;
                case '`' or '(' or ')':
                    throw Error($"'{Here}' is not understood");
                default:
                    isWord = true;
                    word.Append(Here);
                    break;
            }
        }

        EndCommand();
    }

    private void Finish(List<string> words)
    {
        if (words is ["for", ..])
        {
            return;
        }

        var rest = words.SkipWhile(Keywords.Contains).ToList();
        var assigned = rest.TakeWhile(static word => Assignment().IsMatch(word)).ToList();
        if (rest.Count > assigned.Count)
        {
            _commands.Add(new ShellCommand(Line, rest[assigned.Count..], assigned.ConvertAll(static word => word.Split('=')[0])));
        }
    }

    private char Next() => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private void SkipToLineEnd()
    {
        while (Next() is not ('\n' or '\0'))
        {
            _at++;
        }
    }

    private void SkipAll(params ReadOnlySpan<char> characters)
    {
        while (characters.Contains(Next()))
        {
            _at++;
        }
    }

    private void Nested()
    {
        _at++;
        List(')');
    }

    private string Quoted()
    {
        var close = _text.IndexOf('\'', _at + 1);
        if (close < 0)
        {
            throw Error("a quote is not closed");
        }

        var text = _text[(_at + 1)..close];
        _at = close;
        return text;
    }

    private void DoubleQuoted(StringBuilder word)
    {
        for (_at++; Here != '"'; _at++)
        {
            switch (Here)
            {
                case '\0':
                    throw Error("a quote is not closed");
                case '`':
                    throw Error("'`' is not understood");
                case '\\' when Next() is '"' or '\\' or '$':
                    _at++;
                    word.Append(Here);
                    break;
                case '$':
                    Variable(word);
                    break;
                default:
                    word.Append(Here);
                    break;
            }
        }
    }

    private void Variable(StringBuilder word)
    {
        word.Append('$');
        if (Next() == '(')
        {
            _at++;
            Nested();
        }
        else if (Next() == '{')
        {
            var close = _text.IndexOf('}', _at);
            word.Append(close < 0 ? throw Error("a brace is not closed") : _text.AsSpan(_at + 1, close - _at));
            _at = close;
        }
    }

    private void Delimiter()
    {
        var match = HereDocument().Match(_text, _at + 1);
        if (!match.Success || match.Index != _at + 1)
        {
            throw Error("what ends the here-document is not understood");
        }

        _documents.Add(match.Groups["name"].Value);
        _at += match.Length;
    }

    // What follows the line up to the delimiter belongs to the command that was read last.
    private void Documents()
    {
        foreach (var delimiter in _documents)
        {
            var end = _text.IndexOf($"\n{delimiter}\n", _at, StringComparison.Ordinal);
            if (end < 0)
            {
                throw Error($"the here-document does not end with {delimiter}");
            }

            _commands[^1].Input = _text[Math.Min(_at + 1, end)..end];
            _at = end + delimiter.Length + 1;
        }

        _documents.Clear();
    }

    private FormatException Error(string problem) => new($"line {Line}: {problem}");

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex("-?(?<quote>['\"]?)(?<name>[A-Za-z]+)\\k<quote>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HereDocument();
}
