using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// Adds up the whole ledger again and compares it with everything that is kept beside it: the accounts' running totals, and
/// what each job is said to have been charged. Feed it with <see cref="Add"/>, then ask for <see cref="Differences"/>.
/// </summary>
public sealed class LedgerAudit
{
    private readonly Dictionary<LedgerAccount, (ServiceUnits Debits, ServiceUnits Credits)> _totals = [];
    private readonly Dictionary<string, (ServiceUnits Earned, ServiceUnits ByUser, ServiceUnits Refunded)> _jobs = [];
    private readonly Dictionary<string, long> _last = [];
    private readonly HashSet<string> _keys = [];
    private readonly List<string> _differences = [];

    /// <summary>Transfers added so far.</summary>
    public long Transfers { get; private set; }

    /// <summary>The sum of the transfers added so far.</summary>
    public ServiceUnits Moved { get; private set; }

    /// <summary>Adds a transfer.</summary>
    /// <param name="book">The book that it is in; "" for the only one.</param>
    /// <param name="number">Its number in that book: 1, 2, 3, without a gap.</param>
    /// <param name="transfer">The transfer.</param>
    public void Add(string book, long number, Transfer transfer)
    {
        Transfers++;
        var expected = _last.GetValueOrDefault(book) + 1;
        _last[book] = number;
        if (number != expected)
        {
            _differences.Add(LedgerDifferences.Missing(Named(expected, book), number));
        }

        if (transfer.Amount <= ServiceUnits.Zero || transfer.Debit == transfer.Credit || !_keys.Add(transfer.Key))
        {
            _differences.Add(LedgerDifferences.Invalid(Named(number, book), transfer.Amount, transfer.Debit, transfer.Credit));
        }

        Moved += transfer.Amount;
        var debit = _totals.GetValueOrDefault(transfer.Debit);
        _totals[transfer.Debit] = debit with { Debits = debit.Debits + transfer.Amount };
        var credit = _totals.GetValueOrDefault(transfer.Credit);
        _totals[transfer.Credit] = credit with { Credits = credit.Credits + transfer.Amount };
        if (transfer.Job is { } job)
        {
            AddToJob(job, transfer);
        }
    }

    /// <summary>Names each thing that differs; empty when the books balance.</summary>
    /// <param name="lengths">The number of each book's last transfer as kept.</param>
    /// <param name="accounts">The running totals as kept.</param>
    /// <param name="bills">The jobs as kept.</param>
    public IReadOnlyList<string> Differences(
        IEnumerable<(string Book, long Number)> lengths,
        IEnumerable<LedgerTotals> accounts,
        IEnumerable<JobBill> bills
    )
    {
        foreach (var (book, kept) in lengths)
        {
            var last = _last.GetValueOrDefault(book);
            if (last != kept)
            {
                _differences.Add(LedgerDifferences.NotTheLast(Named(kept, book), last));
            }
        }

        foreach (var kept in accounts)
        {
            _totals.Remove(kept.Account, out var added);
            if (added != (kept.Debits, kept.Credits))
            {
                var (said, sum) = (SumsOf(kept), LedgerDifferences.Sums(added.Debits, added.Credits));
                _differences.Add(LedgerDifferences.Totals(kept.Account, said, sum));
            }

            if (kept.Account.Kind == LedgerAccountKind.Project && !kept.MayOverdraw && kept.Debits > kept.Credits + kept.Credit)
            {
                _differences.Add(LedgerDifferences.Overdrawn(kept.Account, SumsOf(kept), kept.Credit));
            }
        }

        _differences.AddRange(_totals.Keys.Select(LedgerDifferences.NoAccount));
        foreach (var bill in bills)
        {
            _jobs.Remove(bill.Job, out var added);
            if ((added.Earned, added.ByUser) != (bill.Charged, bill.Charged))
            {
                _differences.Add(LedgerDifferences.Charged(bill.Job, bill.Charged, added.Earned, added.ByUser));
            }

            if (added.Refunded != bill.Refunded)
            {
                _differences.Add(LedgerDifferences.Refunded(bill.Job, bill.Refunded, added.Refunded));
            }
        }

        _differences.AddRange(_jobs.Keys.Select(LedgerDifferences.NoJob));
        return _differences;
    }

    private static string SumsOf(LedgerTotals kept) => LedgerDifferences.Sums(kept.Debits, kept.Credits);

    private static string Named(long number, string book) =>
        book.Length == 0 ? LedgerDifferences.Transfer(number) : LedgerDifferences.TransferOf(number, book);

    private void AddToJob(string job, Transfer transfer)
    {
        var sums = _jobs.GetValueOrDefault(job);
        var byUser = Net(transfer, isEarned: false, LedgerAccountKind.UserCap, LedgerAccountKind.ClosedCap);
        _jobs[job] = (
            sums.Earned + Net(transfer, isEarned: true, LedgerAccountKind.Revenue),
            sums.ByUser + byUser,
            transfer is { Code: TransferCode.Refund, Actor: not null } ? sums.Refunded - byUser : sums.Refunded
        );
    }

    private static ServiceUnits Net(Transfer transfer, bool isEarned, params ReadOnlySpan<LedgerAccountKind> kinds)
    {
        var credited = kinds.Contains(transfer.Credit.Kind) ? transfer.Amount : ServiceUnits.Zero;
        var debited = kinds.Contains(transfer.Debit.Kind) ? transfer.Amount : ServiceUnits.Zero;
        return isEarned ? credited - debited : debited - credited;
    }
}
