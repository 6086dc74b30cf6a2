namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>A simple command of a shell script: no pipes, lists or keywords.</summary>
/// <param name="Line">Where it ends, from 1.</param>
/// <param name="Words">Program and arguments, without quotes and redirections; variables stay as they are written.</param>
/// <param name="Assigned">Names of the variables that are set for it alone.</param>
internal sealed record ShellCommand(int Line, IReadOnlyList<string> Words, IReadOnlyList<string> Assigned)
{
    /// <summary>The here-document that it reads; "" for none.</summary>
    public string Input { get; set; } = "";

    public string Program => Words[0];

    public override string ToString() => string.Join(' ', Words);
}
