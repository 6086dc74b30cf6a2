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
            _differences.Add($"transfer {expected}{In(book)} is missing: the next one is {number}");
        }

        if (transfer.Amount <= ServiceUnits.Zero || transfer.Debit == transfer.Credit || !_keys.Add(transfer.Key))
        {
            _differences.Add($"transfer {number} of {transfer.Amount} from {transfer.Debit} to {transfer.Credit} is not a valid one");
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
                _differences.Add($"transfer {kept}{In(book)} should be the last one; it is {last}");
            }
        }

        foreach (var kept in accounts)
        {
            _totals.Remove(kept.Account, out var added);
            if (added != (kept.Debits, kept.Credits))
            {
                _differences.Add(
                    $"account {kept.Account} says debits {kept.Debits}, credits {kept.Credits}; its transfers say debits {added.Debits}, credits {added.Credits}"
                );
            }

            if (kept.Account.Kind == LedgerAccountKind.Project && !kept.MayOverdraw && kept.Debits > kept.Credits + kept.Credit)
            {
                _differences.Add(
                    $"account {kept.Account} is overdrawn: debits {kept.Debits}, credits {kept.Credits}, credit limit {kept.Credit}"
                );
            }
        }

        _differences.AddRange(_totals.Keys.Select(static account => $"account {account} has transfers but is not kept"));
        foreach (var bill in bills)
        {
            _jobs.Remove(bill.Job, out var added);
            if ((added.Earned, added.ByUser) != (bill.Charged, bill.Charged))
            {
                _differences.Add(
                    $"job {bill.Job} says it was charged {bill.Charged}; its transfers say {added.Earned}, of the user {added.ByUser}"
                );
            }

            if (added.Refunded != bill.Refunded)
            {
                _differences.Add($"job {bill.Job} says operators refunded {bill.Refunded}; its transfers say {added.Refunded}");
            }
        }

        _differences.AddRange(_jobs.Keys.Select(static job => $"job {job} has transfers but is not kept"));
        return _differences;
    }

    private static string In(string book) => book.Length == 0 ? "" : $" of {book}";

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
