namespace SlurmBanking.Operator.Credentials;

/// <summary>Something secret, and since when it exists.</summary>
internal sealed record Dated<T>(T Value, DateTimeOffset Created);
