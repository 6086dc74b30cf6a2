namespace SlurmBanking.Architecture.Tests;

/// <summary>A link of a page to a file or folder of this repository.</summary>
/// <param name="Target">Relative to the root.</param>
/// <param name="Anchor">A heading there, without "#"; "" for none.</param>
internal sealed record Link(string Target, string Anchor)
{
    public override string ToString() => Anchor.Length == 0 ? Target : $"{Target}#{Anchor}";
}
