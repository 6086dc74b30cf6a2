using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>
/// What of the books is known without asking: as it was read, or as it was written since. Whoever keeps one sees to it that nobody else
/// writes what is in it, or forgets it.
/// </summary>
internal sealed class BooksMemory
{
    // Of any kind: some 10 MB in all.
    private const int Most = 20_000;

    public Dictionary<string, Account> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>By project and uid; null for who is no member.</summary>
    public Dictionary<(string Account, string Uid), Member?> Members { get; } = [];

    /// <summary>Uids, and whether anything is known of them.</summary>
    public Dictionary<string, bool> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Credits less debits. Not of what partitions earned.</summary>
    public Dictionary<LedgerAccount, ServiceUnits> Balances { get; } = [];

    /// <summary>Ids of accounts of the ledger, by the book that they are in.</summary>
    public Dictionary<(string Book, LedgerAccount Account), long> Ids { get; } = [];

    /// <summary>The leases of all clusters on a limit, by project and uid.</summary>
    public Dictionary<(string Account, string Uid), IReadOnlyList<Lease>> Leases { get; } = [];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Accounts.Clear();
        Members.Clear();
        Users.Clear();
        Balances.Clear();
        Ids.Clear();
        Leases.Clear();
    }

    /// <summary>Forgets everything if it is much.</summary>
    public void Bound()
    {
        if (
            Accounts.Count > Most
            || Members.Count > Most
            || Users.Count > Most
            || Balances.Count > Most
            || Ids.Count > Most
            || Leases.Count > Most
        )
        {
            Clear();
        }
    }
}
