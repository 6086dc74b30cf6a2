using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Opens projects, takes members and deposits.</summary>
public static class AccountTeller
{
    /// <summary>Opens a project.</summary>
    /// <exception cref="TellerException">The name is taken.</exception>
    public static void Open(IBooks books, Account account, DateTimeOffset now)
    {
        if (books.FindAccount(account.Name) is not null)
        {
            throw new TellerException($"account {account.Name} exists already");
        }

        books.Add(account, now);
    }

    /// <summary>Makes a user a member of a project, or changes the cap of one.</summary>
    /// <exception cref="TellerException">There is no such project.</exception>
    public static void Admit(IBooks books, Member member)
    {
        _ = Find(books, member.Account);
        books.Save(member);
    }

    /// <summary>Credits a project.</summary>
    /// <returns>How it stands after, and its allocation.</returns>
    /// <exception cref="TellerException">There is no such project.</exception>
    public static (Standing Standing, Allocation Allocation) Deposit(
        IBooks books,
        string name,
        ServiceUnits amount,
        string key,
        DateTimeOffset now
    )
    {
        var allocation = Find(books, name).Allocation;
        books.Post(Funding.Deposit(name, amount, key, allocation, Standing.Read(name, books.Balance)), now);
        return (Standing.Read(name, books.Balance), allocation);
    }

    /// <summary>The project of a name.</summary>
    /// <exception cref="TellerException">There is none.</exception>
    public static Account Find(IBooksReader books, string name) =>
        books.FindAccount(name) ?? throw new TellerException($"there is no account {name}");
}
