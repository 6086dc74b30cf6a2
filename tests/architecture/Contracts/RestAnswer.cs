namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>An answer of an operation.</summary>
/// <param name="Code">"200", "4XX".</param>
/// <param name="Words">When it comes.</param>
/// <param name="Bodies">What it may hold; none for nothing.</param>
/// <param name="Text">All of it as the document has it, by which two are told to be the same.</param>
internal sealed record RestAnswer(string Code, string Words, IReadOnlyList<RestBody> Bodies, string Text)
{
    public bool Equals(RestAnswer? other) => other is not null && (Code, Text) == (other.Code, other.Text);

    public override int GetHashCode() => HashCode.Combine(Code, Text);
}
