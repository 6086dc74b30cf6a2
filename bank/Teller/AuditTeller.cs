using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Adds up the whole ledger again and compares it with everything that is kept beside it; looks at the leases, too.</summary>
internal static class AuditTeller
{
    /// <returns>What was added up, and each thing that differs.</returns>
    public static (LedgerAudit Audit, IReadOnlyList<string> Differences) Audit(IBooksReader books, DateTimeOffset now)
    {
        var audit = new LedgerAudit();
        foreach (var (book, number, transfer) in books.Transfers())
        {
            audit.Add(book, number, transfer);
        }

        var (_, leases) = books.ListLeases(null, 0, int.MaxValue);
        return (audit, [.. audit.Differences(books.Lengths(), books.Totals(), books.Bills()), .. LeaseAudit.Differences(leases, now)]);
    }
}
