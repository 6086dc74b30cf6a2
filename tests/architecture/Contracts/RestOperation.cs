namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>A method of a path.</summary>
/// <param name="Name">"GET /jobs/".</param>
/// <param name="Need">What token it wants: "none", "read", "staff" or "admin".</param>
/// <param name="Summary">In a line.</param>
/// <param name="Words">More of it; "" for nothing.</param>
/// <param name="Parameters">Of path, query and header.</param>
/// <param name="Body">Of the request.</param>
/// <param name="Answers">By code.</param>
internal sealed record RestOperation(
    string Name,
    string Need,
    string Summary,
    string Words,
    IReadOnlyList<RestParameter> Parameters,
    RestBody? Body,
    IReadOnlyList<RestAnswer> Answers
);
