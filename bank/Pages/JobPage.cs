using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Pages;

/// <summary>The receipt of a job: its record, and what moved because of it.</summary>
internal sealed class JobPage(IBankStore store)
{
    public async Task Show(HttpContext context)
    {
        var id = $"{context.Request.Query["id"]}";
        var (job, transfers) = await store.Read(books => RefundTeller.Receipt(books, id));
        var (record, bill) = job;
        var account = Html.Of($"""<a href="{Links.ToAccount(context, bill.Account)}"><bdi>{bill.Account}</bdi></a>""");
        await context.SendPage(
            StatusCodes.Status200OK,
            $"Job {id}",
            Html.Of(
                $"""
                <h1>Job <bdi>{id}</bdi></h1>
                <dl class="facts">
                {Figures.Fact("Charged", Html.Of($"<strong>{bill.Charged}</strong>"))}
                {Figures.Fact("Amount told", Html.Of($"{record.Amount.GetValueOrDefault()}"))}
                {Figures.Fact("Refunded", Html.Of($"{bill.Refunded}"))}
                {Figures.Fact("Settled", Html.Of($"{(bill.IsSettled ? "yes" : "not yet")}"))}
                {Figures.Fact("Account", account)}
                {Figures.Fact("User", Html.Of($"{bill.Uid}"))}
                {Figures.Fact("State", Figures.Name(record.JobStatus))}
                {Figures.Fact("Partition", Figures.Name(record.Partition))}
                {Figures.Fact("QOS", Figures.Name(record.Qos))}
                {Figures.Fact("Submitted", Html.Of($"{record.SubmitDate}"))}
                {Figures.Fact("Started", Html.Of($"{record.StartDate}"))}
                {Figures.Fact(bill.IsSettled ? "Ended" : "Ends at the latest", Html.Of($"{record.EndDate}"))}
                </dl>
                <section aria-labelledby="transfers"><h2 id="transfers">Transfers</h2>
                {(transfers.Count == 0 ? Html.Of($"<p>Nothing was charged for this job.</p>") : Table(transfers))}
                </section>
                """
            )
        );
    }

    private static Html Table(IEnumerable<PostedTransfer> transfers) =>
        Layout.Table(
            "What moved between accounts of the ledger, oldest first",
            Html.Of(
                $"""
                <th scope="col">When (UTC)</th><th scope="col">Why</th><th scope="col">From</th><th scope="col">To</th>
                <th scope="col" class="amount">Amount</th><th scope="col">By</th><th scope="col">Reason</th>
                """
            ),
            transfers.Select(static posted =>
                Html.Of(
                    $"""
                    <tr><th scope="row">{posted.At}</th><td>{StatementFormats.Code(posted.Transfer.Code)}</td>
                    <td>{Figures.Name($"{posted.Transfer.Debit}")}</td><td>{Figures.Name($"{posted.Transfer.Credit}")}</td>
                    <td class="amount">{posted.Transfer.Amount}</td><td>{Figures.Name(posted.Transfer.Actor)}</td>
                    <td class="text">{Figures.Name(posted.Transfer.Reason)}</td></tr>

                    """
                )
            )
        );
}
