using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>The page at /: accounts by name and how each stands, all or those whose name has a part.</summary>
internal sealed class AccountsPage(IBankStore store, TimeProvider time)
{
    public async Task Show(HttpContext context)
    {
        var search = $"{context.Request.Query["search"]}".Trim();
        if (search.Length > NameRule.MaxLength)
        {
            throw new TellerException(Refusals.LongSearch(NameRule.MaxLength), field: "search");
        }

        var number = PageNumber.Of(context);
        var (count, accounts) = await store.Read(books => books.ListStandings(search, (number - 1) * PageNumber.Size, PageNumber.Size));
        PageNumber.Check(number, count);
        var now = time.GetUtcNow();
        await context.SendPage(
            StatusCodes.Status200OK,
            "Accounts",
            Html.Of(
                $"""
                <h1>Accounts</h1>
                <form class="search" method="get" action="{Links.To(context, Links.Accounts)}" role="search" aria-label="Accounts">
                <label for="search">Part of a name</label>
                <input id="search" name="search" type="search" maxlength="{NameRule.MaxLength}" value="{search}">
                <button type="submit">Search</button>
                </form>
                {(count == 0 ? None(context, search) : List(context, accounts, now))}
                {PageNumber.Navigation("Pages of accounts", number, count, part => Links.ToAccounts(context, search, part))}
                """
            )
        );
    }

    private static Html None(HttpContext context, string search) =>
        search.Length == 0
            ? Html.Of($"<p>There are no accounts yet. <code>bank account create NAME</code> opens one.</p>")
            : Html.Of(
                $"""
                <p>No account has <q>{search}</q> in its name. <a href="{Links.To(context, Links.Accounts)}">All accounts</a></p>
                """
            );

    private static Html List(HttpContext context, IEnumerable<AccountStanding> accounts, DateTimeOffset now) =>
        Layout.Table(
            "Accounts and how they stand",
            Html.Of(
                $"""
                <th scope="col">Account</th><th scope="col" class="amount">Available</th><th scope="col" class="amount">Used</th>
                <th scope="col" class="amount">Allocation</th><th scope="col">Used part</th><th scope="col">State</th>
                """
            ),
            accounts.Select(one => Row(context, one, now))
        );

    private static Html Row(HttpContext context, AccountStanding one, DateTimeOffset now)
    {
        var (account, standing) = one;
        var allocation = account.Allocation;
        ServiceUnits? total = allocation.IsExempt ? null : allocation.Total(standing.Deposited);
        return Html.Of(
            $"""
            <tr><th scope="row"><a href="{Links.ToAccount(context, account.Name)}"><bdi>{account.Name}</bdi></a></th>
            <td class="amount">{Figures.OrUnlimited(total - standing.Usage)}</td><td class="amount">{standing.Usage}</td>
            <td class="amount">{Figures.OrUnlimited(total)}</td><td>{UsedBar.Draw(standing.Usage, total)}</td>
            <td>{Figures.State(allocation, now)}</td></tr>

            """
        );
    }
}
