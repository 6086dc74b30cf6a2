using Tomlyn.Syntax;

namespace SlurmBanking.BankConfig;

/// <summary>One key of the file with the full path that leads to it and its place.</summary>
internal sealed record TomlEntry(string[] Path, ValueSyntax? Value, int Line, int Column)
{
    public string Name => string.Join('.', Path);
}
