using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage.Sql;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>What is known of projects while they are locked.</summary>
internal sealed class PostgresKnown
{
    public BooksMemory Memory { get; } = new();

    /// <summary>Jobs by id; null for one that is not there.</summary>
    public Dictionary<string, StoredJob?> Jobs { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of the last transfer in each project's book.</summary>
    public Dictionary<string, long> Lengths { get; } = new(StringComparer.Ordinal);

    /// <summary>How far each account may go below zero.</summary>
    public Dictionary<LedgerAccount, ServiceUnits> Credits { get; } = [];
}
