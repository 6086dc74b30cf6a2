using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Opens projects, changes and renews them, takes members and deposits.</summary>
public static class AccountTeller
{
    /// <summary>Opens a project.</summary>
    /// <exception cref="TellerException">The name is taken, or the window has no time in it.</exception>
    public static void Open(IBooks books, Account account, DateTimeOffset now)
    {
        CheckWindow(account.Allocation);
        if (books.FindAccount(account.Name) is not null)
        {
            throw new TellerException(Refusals.AccountExists(account.Name), TellerFault.Conflict, "name");
        }

        books.Add(account, now);
    }

    /// <summary>
    /// Changes limit, credit or window of a project in its period; what was used beyond is paid as far as there is room then.
    /// </summary>
    /// <param name="books">The books.</param>
    /// <param name="name">The project.</param>
    /// <param name="change">Gives the new allocation from the one that is.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="now">The bank's time.</param>
    /// <returns>The project as it is then.</returns>
    /// <exception cref="TellerException">
    /// There is no such project; its window has ended; the window would have no time in it; more credit than the new one is used.
    /// </exception>
    public static Account Change(
        IBooks books,
        string name,
        Func<Allocation, Allocation> change,
        string actor,
        string reason,
        DateTimeOffset now
    )
    {
        var account = FindOpen(books, name, now);
        var changed = account with { Allocation = change(account.Allocation) };
        CheckWindow(changed.Allocation);
        var standing = Standing.Read(name, books.Balance);
        if (!changed.Allocation.IsExempt && standing.Remainder < -changed.Allocation.Credit)
        {
            throw new TellerException(
                Refusals.CreditInUse(name, -standing.Remainder, changed.Allocation.Credit),
                TellerFault.Conflict,
                "credit"
            );
        }

        books.Save(changed);
        if (AllocationWords.Difference(account.Allocation, changed.Allocation) is { } difference)
        {
            books.Record(name, new AccountChange(now, difference, actor, reason));
        }

        // What was paid before only grows, so each state of the books gives a key of its own.
        var paid = books.TotalsOf(name).FirstOrDefault(kept => kept.Account == LedgerAccount.Overrun(name))?.Credits.Hundredths ?? 0;
        books.Post([.. Funding.PayDebt(name, $"change/{name}/{paid}", changed.Allocation, standing)], now);
        WindowTeller.Expire(books, changed, now);
        return changed;
    }

    /// <summary>Begins the next period of a project whose window has ended; nothing of the last counts in it but debts.</summary>
    /// <param name="books">The books.</param>
    /// <param name="name">The project.</param>
    /// <param name="start">Its first moment; null for the end of the last one.</param>
    /// <param name="end">The first moment after it; null for none.</param>
    /// <param name="carryOver">How much of what expired it begins with, null for all of it.</param>
    /// <param name="actor">Who renews.</param>
    /// <param name="now">The bank's time.</param>
    /// <returns>The project as it is then, and what was carried over.</returns>
    /// <exception cref="TellerException">There is no such project, its window goes on, or less has expired.</exception>
    public static (Account Account, ServiceUnits Carried) Renew(
        IBooks books,
        string name,
        DateTimeOffset? start,
        DateTimeOffset? end,
        ServiceUnits? carryOver,
        string actor,
        DateTimeOffset now
    )
    {
        var account = Find(books, name);
        WindowTeller.Expire(books, account, now);
        if (!account.Allocation.HasExpired(now))
        {
            throw new TellerException(Refusals.WindowGoesOn(name), TellerFault.Conflict, "account");
        }

        var next = account.Allocation with { Start = start ?? account.Allocation.End, End = end, Period = account.Allocation.Period + 1 };
        CheckWindow(next);
        if (next.HasExpired(now))
        {
            throw new TellerException(Refusals.EndIsPast(name, StatementFormats.Time(next.End!.Value)), field: "end");
        }

        var totals = books.TotalsOf(name);
        var expired = Window.Balance(totals, LedgerAccount.Expired(name));
        var carried = carryOver ?? expired;
        if (carried > expired)
        {
            throw new TellerException(Refusals.TooLittleExpired(name, expired, carried), TellerFault.Conflict, "carry_over");
        }

        books.Post(Window.Close(account, totals, carried, actor), now);
        var renewed = account with { Allocation = next };
        books.Save(renewed);
        var standing = Standing.Read(name, books.Balance);
        books.Post([.. Funding.PayDebt(name, $"renewal/{name}/{next.Period}/overrun", next, standing)], now);
        return (renewed, carried);
    }

    /// <summary>Makes a user a member of a project, or changes the cap of one.</summary>
    /// <exception cref="TellerException">There is no such project.</exception>
    public static void Admit(IBooks books, Member member)
    {
        _ = Find(books, member.Account);
        books.Save(member);
    }

    /// <summary>
    /// Ends a membership: the user may submit no more. What was charged stays, counts for a cap should the user come back, and is
    /// still settled.
    /// </summary>
    /// <exception cref="TellerException">There is no such project, or the user is not a member of it.</exception>
    public static void Dismiss(IBooks books, string name, string uid, string actor, string reason, DateTimeOffset now)
    {
        _ = Find(books, name);
        if (!books.RemoveMember(name, uid))
        {
            throw new TellerException(Refusals.NoMember(uid, name), TellerFault.NotFound, "user");
        }

        books.Record(name, new AccountChange(now, Records.MemberGone(uid), actor, reason));
    }

    /// <summary>Credits a project.</summary>
    /// <returns>How it stands after, and its allocation.</returns>
    /// <exception cref="TellerException">
    /// There is no such project, its window has ended, or the key was used for something else.
    /// </exception>
    public static (Standing Standing, Allocation Allocation) Deposit(
        IBooks books,
        string name,
        ServiceUnits amount,
        string key,
        DateTimeOffset now,
        string? actor = null,
        string? reason = null
    )
    {
        var allocation = Find(books, name).Allocation;
        if (!Replay.Is(books, key, TransferCode.Deposit, ("account", name), amount, reason))
        {
            FindOpen(books, name, now);
            var standing = Standing.Read(name, books.Balance);
            books.Post(Funding.Deposit(name, amount, key, allocation, standing, TransferCode.Deposit, actor, reason), now);
        }

        return (Standing.Read(name, books.Balance), allocation);
    }

    /// <summary>Corrects what a project was given: credits it, or takes a part of what is left.</summary>
    /// <param name="books">The books.</param>
    /// <param name="name">The project.</param>
    /// <param name="amount">What to add; less than zero takes away.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="now">The bank's time.</param>
    /// <returns>How it stands after, and its allocation.</returns>
    /// <exception cref="TellerException">
    /// There is no such project, its window has ended, less is left of its deposits, or the key was used for something else.
    /// </exception>
    public static (Standing Standing, Allocation Allocation) Adjust(
        IBooks books,
        string name,
        ServiceUnits amount,
        string key,
        string actor,
        string reason,
        DateTimeOffset now
    )
    {
        var allocation = Find(books, name).Allocation;
        if (!Replay.Is(books, key, TransferCode.Adjustment, ("account", name), amount, reason))
        {
            FindOpen(books, name, now);
            var standing = Standing.Read(name, books.Balance);
            var left = allocation.IsExempt ? standing.Deposited : standing.Remainder;
            if (amount < ServiceUnits.Zero && -amount > left)
            {
                throw new TellerException(
                    Refusals.TooLittleLeft(name, left > ServiceUnits.Zero ? left : ServiceUnits.Zero, -amount),
                    TellerFault.Conflict,
                    "amount"
                );
            }

            books.Post(
                amount < ServiceUnits.Zero
                    ? [Funding.Withdraw(name, -amount, key, actor, reason)]
                    : Funding.Deposit(name, amount, key, allocation, standing, TransferCode.Adjustment, actor, reason),
                now
            );
        }

        return (Standing.Read(name, books.Balance), allocation);
    }

    /// <summary>The project of a name.</summary>
    /// <exception cref="TellerException">There is none.</exception>
    public static Account Find(IBooksReader books, string name) =>
        books.FindAccount(name) ?? throw new TellerException(Refusals.NoAccount(name), TellerFault.NotFound, "account");

    private static Account FindOpen(IBooks books, string name, DateTimeOffset now)
    {
        var account = Find(books, name);
        WindowTeller.Expire(books, account, now);
        return account.Allocation.HasExpired(now)
            ? throw new TellerException(Refusals.WindowHasEnded(name), TellerFault.Conflict, "account")
            : account;
    }

    private static void CheckWindow(Allocation allocation)
    {
        if (allocation is { Start: { } start, End: { } end } && end <= start)
        {
            throw new TellerException(Refusals.NoWindow(StatementFormats.Time(start), StatementFormats.Time(end)), field: "end");
        }
    }
}
