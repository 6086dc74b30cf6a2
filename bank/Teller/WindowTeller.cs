using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Ends the windows of projects: by the clock, and before whatever else concerns one that has ended.</summary>
public static class WindowTeller
{
    /// <summary>Moves out what is left of a project if its window has ended.</summary>
    public static void Expire(IBooks books, Account account, DateTimeOffset now)
    {
        if (account.Allocation.HasExpired(now))
        {
            books.Post(Window.Expire(account, books.TotalsOf(account.Name), now), now);
        }
    }

    /// <summary>Does so for every project that is due, each in a piece of work of its own.</summary>
    /// <returns>The names of those that were due.</returns>
    public static async Task<IReadOnlyList<string>> ExpireAll(IBankStore store, TimeProvider time)
    {
        var due = await store.Read(books => books.ExpiredAccounts(time.GetUtcNow()));
        foreach (var name in due)
        {
            await store.Write(books =>
            {
                Expire(books, AccountTeller.Find(books, name), time.GetUtcNow());
                return true;
            });
        }

        return due;
    }
}
