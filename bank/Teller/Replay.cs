using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Tells a request that was made before from one that only has the same idempotency key.</summary>
internal static class Replay
{
    /// <param name="books">The books.</param>
    /// <param name="key">The key.</param>
    /// <param name="code">What kind of request.</param>
    /// <param name="subject">The project or job that it concerns, with its field's name.</param>
    /// <param name="amount">The amount; less than zero where it is taken from a project.</param>
    /// <param name="reason">The reason.</param>
    /// <returns>Whether the very same request was done already.</returns>
    /// <exception cref="TellerException">Another request was done under the key: the field that differs is named.</exception>
    public static bool Is(
        IBooksReader books,
        string key,
        TransferCode code,
        (string Field, string Name) subject,
        ServiceUnits amount,
        string? reason
    )
    {
        if (books.FindTransfer(key) is not { Transfer: var done })
        {
            return false;
        }

        var sign = done.Debit.Kind == LedgerAccountKind.Project ? -1 : 1;
        var differs =
            done.Code != code ? "key"
            : (done.Job ?? done.Debit.Owner) != subject.Name ? subject.Field
            : done.Amount * sign != amount ? "amount"
            : done.Reason != reason ? "reason"
            : null;
        return differs is null ? true : throw new TellerException(Refusals.KeyUsed(differs), TellerFault.Conflict, differs);
    }
}
