using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Answers whether a job may be submitted (swagger: /can_submit_job/).</summary>
public static class SubmissionTeller
{
    /// <summary>The answer, and whether the question made sense: one about unknown parties does not.</summary>
    /// <param name="books">The books.</param>
    /// <param name="cost">What the job may cost.</param>
    /// <param name="uid">The user.</param>
    /// <param name="accountName">The project.</param>
    /// <param name="now">The bank's time.</param>
    /// <param name="cluster">The cluster that asks, whose own leases don't stand against it; null for a client that is none.</param>
    public static (bool IsValid, SubmitAnswer Answer) Ask(
        IBooksReader books,
        ServiceUnits cost,
        string uid,
        string accountName,
        DateTimeOffset now,
        string? cluster = null
    )
    {
        if (!books.IsUserKnown(uid))
        {
            return (false, No(ContractAnswers.NoSuchUser(uid)));
        }

        if (books.FindAccount(accountName) is not { } account)
        {
            return (false, No(ContractAnswers.NoSuchAccount(accountName)));
        }

        var refusal = SubmissionCheck.Refusal(
            cost,
            account,
            Standing.Read(accountName, books.Balance),
            books.FindMember(accountName, uid),
            -books.Balance(LedgerAccount.UserCap(accountName, uid)),
            now,
            LeaseTeller.LeasedToOthers(books, accountName, Lease.OfProject, cluster, now),
            LeaseTeller.LeasedToOthers(books, accountName, uid, cluster, now)
        );
        return (true, refusal is null ? new SubmitAnswer { Success = true, Message = ContractAnswers.Fits(cost) } : No(refusal));
    }

    private static SubmitAnswer No(string message) => new() { Success = false, Message = message };
}
