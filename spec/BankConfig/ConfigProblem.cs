namespace SlurmBanking.BankConfig;

/// <summary>Something about a configuration file that its author should know.</summary>
/// <param name="File">The file's name as it was given to the reader.</param>
/// <param name="Line">1-based; 0 when the problem has no place, such as a missing key.</param>
/// <param name="Column">1-based; 0 like <paramref name="Line"/>.</param>
/// <param name="Text">What is wrong. Never holds a secret's value.</param>
/// <param name="IsError">True when the file can't be used; false for what is merely ignored.</param>
public sealed record ConfigProblem(string File, int Line, int Column, string Text, bool IsError)
{
    /// <summary>"file:line:column: error: text", the form that editors jump to.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {(IsError ? "error" : "warning")}: {Text}";
}
