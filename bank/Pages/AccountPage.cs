using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>The page of one account: how it stands and stood, what is held and not settled, jobs, members, changes, statement.</summary>
internal sealed class AccountPage(IBankStore store, TimeProvider time)
{
    private const int MostJobs = 20;
    private const int MostChanges = 10;
    private const int MostLeases = 100;

    public async Task Show(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["account"]!;
        var number = PageNumber.Of(context);
        var now = time.GetUtcNow();
        var shown = await store.Read(books => Read(books, name, number, now));
        PageNumber.Check(number, shown.MemberCount);
        await context.SendPage(
            StatusCodes.Status200OK,
            $"Account {name}",
            Html.Of(
                $"""
                <h1>Account <bdi>{name}</bdi></h1>
                {Standing(shown, now)}
                <section aria-labelledby="burn-down"><h2 id="burn-down">Balance over time</h2>
                {BurnDownChart.Draw(shown.Span, shown.Balances)}
                </section>
                <section aria-labelledby="held"><h2 id="held">Held by clusters</h2>
                {LeaseTable.Of(shown.LeaseCount, shown.Leases, now)}
                </section>
                <section aria-labelledby="holds"><h2 id="holds">Not settled yet</h2>
                {Unsettled(context, shown.Unsettled)}
                </section>
                <section aria-labelledby="jobs"><h2 id="jobs">Last jobs</h2>
                {(
                    shown.Jobs.Count == 0
                        ? Html.Of($"<p>No job has been charged to this account.</p>")
                        : JobTables.Of(context, $"The last {shown.Jobs.Count} jobs, the last to arrive first", shown.Jobs)
                )}
                </section>
                <section aria-labelledby="members"><h2 id="members">Members</h2>
                {Members(shown)}
                {PageNumber.Navigation("Pages of members", number, shown.MemberCount, part => Links.ToAccount(context, name, part))}
                </section>
                <section aria-labelledby="statement"><h2 id="statement">Statement</h2>
                {StatementForm(context, name)}
                </section>
                <section aria-labelledby="changes"><h2 id="changes">Changes</h2>
                {Changes(shown.Changes)}
                </section>
                """
            )
        );
    }

    private static Contents Read(IBooksReader books, string name, int number, DateTimeOffset now)
    {
        var account = AccountTeller.Find(books, name);
        var span = BurnDown.Of(account.Allocation, now);
        var (leaseCount, leases) = books.ListLeases(name, 0, MostLeases);
        var (memberCount, members) = books.ListUses(name, (number - 1) * PageNumber.Size, PageNumber.Size);
        return new Contents(
            account,
            Ledger.Standing.Read(name, books.Balance),
            span,
            books.BalancesOver(name, span.Since, span.Step, span.Until),
            books.Unsettled(name, MostJobs),
            books.LastJobs(name, MostJobs),
            leaseCount,
            leases,
            memberCount,
            members,
            books.ListChanges(name, 0, MostChanges).Changes
        );
    }

    private static Html Standing(Contents shown, DateTimeOffset now)
    {
        var (allocation, standing) = (shown.Account.Allocation, shown.Standing);
        ServiceUnits? total = allocation.IsExempt ? null : allocation.Total(standing.Deposited);
        return Html.Of(
            $"""
            <dl class="facts">
            {Figures.Fact("Available", Html.Of($"<strong>{Figures.OrUnlimited(total - standing.Usage)}</strong>"))}
            {Figures.Fact("Used", Html.Of($"{standing.Usage} {UsedBar.Draw(standing.Usage, total)}"))}
            {Figures.Fact("Used beyond the allocation", Html.Of($"{standing.Overrun}"))}
            {Figures.Fact("Deposits", Html.Of($"{standing.Deposited}"))}
            {Figures.Fact("Limit of deposits", Figures.OrNone(allocation.Limit))}
            {Figures.Fact("Credit", Html.Of($"{allocation.Credit}"))}
            {Figures.Fact("State", Figures.State(allocation, now))}
            {Figures.Fact(
                $"Window {allocation.Period}",
                Html.Of($"{Moment("since", allocation.Start)}{Moment(" until", allocation.End)}{(Bounds(allocation) ? "" : "always")}")
            )}
            </dl>
            """
        );

        static bool Bounds(Allocation allocation) => allocation.Start is not null || allocation.End is not null;
        static Html Moment(string word, DateTimeOffset? time) => time is { } value ? Html.Of($"{word} {value}") : Html.Nothing;
    }

    // What counts against the account before it is final.
    private static Html Unsettled(HttpContext context, UnsettledJobs unsettled) =>
        unsettled.Count == 0
            ? Html.Of($"<p>No job is charged that is not settled.</p>")
            : Html.Of(
                $"""
                <p><strong>{unsettled.Charged}</strong> SU are charged for {unsettled.Count} {(unsettled.Count == 1 ? "job" : "jobs")} that
                may still run: the most that each can cost. What it does not use comes back when it ends.</p>
                {JobTables.Of(
                    context,
                    unsettled.Count == unsettled.Jobs.Count ? "Jobs that are not settled" : $"The {unsettled.Jobs.Count} largest of them",
                    unsettled.Jobs
                )}
                """
            );

    private static Html Members(Contents shown) =>
        shown.MemberCount == 0
            ? Html.Of($"<p>Nobody may submit to this account. <code>bank account member NAME UID</code> admits a user.</p>")
            : Layout.Table(
                "Members, what their jobs are charged in this window, and what they may use",
                Html.Of(
                    $"""
                    <th scope="col">User</th><th scope="col">Name</th><th scope="col" class="amount">Charged</th>
                    <th scope="col" class="amount">Cap</th><th scope="col">Used part</th>
                    """
                ),
                shown.Members.Select(static one =>
                    Html.Of(
                        $"""
                        <tr><th scope="row">{one.Member.Uid}</th><td>{Figures.Name(one.Name)}</td><td class="amount">{one.Charged}</td>
                        <td class="amount">{Figures.OrNone(one.Member.Cap)}</td><td>{UsedBar.Draw(one.Charged, one.Member.Cap)}</td></tr>

                        """
                    )
                )
            );

    private static Html StatementForm(HttpContext context, string name)
    {
        var address = Links.ToStatement(context, name);
        return Html.Of(
            $"""
            <p>All that the account got and gave: <a href="{address}?format=csv" download>CSV</a>,
            <a href="{address}?format=json" download>JSON</a>. Or of a period:</p>
            <form class="period" method="get" action="{address}">
            <label for="since">First day (UTC)</label><input id="since" name="since" type="date">
            <label for="until">Last day (UTC)</label><input id="until" name="until" type="date">
            <button type="submit" name="format" value="csv">Download CSV</button>
            <button type="submit" name="format" value="json">Download JSON</button>
            </form>
            """
        );
    }

    private static Html Changes(IReadOnlyList<AccountChange> changes) =>
        changes.Count == 0
            ? Html.Of($"<p>Limit, credit and window are as they were set in the beginning.</p>")
            : Layout.Table(
                "Who changed the account, and why",
                Html.Of(
                    $"""
                    <th scope="col">When (UTC)</th><th scope="col">What</th><th scope="col">By</th><th scope="col">Why</th>
                    """
                ),
                changes.Select(static change =>
                    Html.Of(
                        $"""
                        <tr><th scope="row">{change.At}</th><td>{change.What}</td><td>{Figures.Name(change.Actor)}</td>
                        <td class="text">{Figures.Name(change.Reason)}</td></tr>

                        """
                    )
                )
            );

    private sealed record Contents(
        Account Account,
        Standing Standing,
        BurnDown Span,
        IReadOnlyList<ServiceUnits> Balances,
        UnsettledJobs Unsettled,
        IReadOnlyList<StoredJob> Jobs,
        int LeaseCount,
        IReadOnlyList<Lease> Leases,
        int MemberCount,
        IReadOnlyList<MemberUse> Members,
        IReadOnlyList<AccountChange> Changes
    );
}
