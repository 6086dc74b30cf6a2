namespace SlurmBanking.Operator.Runtime;

/// <summary>All objects of a kind at one moment.</summary>
/// <param name="Items">Without those that have no name.</param>
/// <param name="ResourceVersion">From where to watch on.</param>
internal sealed record ObjectList(IReadOnlyList<StoredObject> Items, string ResourceVersion);
