namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>A declaration in a .proto file, with what it holds.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; of a file its package.</param>
/// <param name="Line">Where it is declared, from 1.</param>
/// <param name="Heading">The comment above it, paragraphs apart by an empty line; "" for none.</param>
internal sealed record ProtoItem(ProtoKind Kind, string Name, int Line, string Heading)
{
    /// <summary>Of a field and a value.</summary>
    public int Number { get; init; }

    /// <summary>Of a field, as the file has it; of a method what it takes.</summary>
    public string Type { get; init; } = "";

    /// <summary>Of a method what it answers.</summary>
    public string Answer { get; init; } = "";

    /// <summary>"optional", "repeated" or "" of a field; "stream" of a method that answers with one.</summary>
    public string Label { get; init; } = "";

    /// <summary>The comment behind it, and the lines below that are set under it.</summary>
    public string Words { get; set; } = "";

    public List<ProtoItem> Items { get; } = [];

    public bool IsSilent => Heading.Length == 0 && Words.Length == 0;

    public IEnumerable<ProtoItem> Of(ProtoKind kind) => Items.Where(item => item.Kind == kind);
}
