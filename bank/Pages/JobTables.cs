using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Pages;

/// <summary>Jobs of an account as a table, each with a link to its receipt.</summary>
internal static class JobTables
{
    private static readonly Html Head = Html.Of(
        $"""
        <th scope="col">Job</th><th scope="col">User</th><th scope="col">State</th><th scope="col">Partition</th>
        <th scope="col">Started (UTC)</th><th scope="col">Ended (UTC)</th><th scope="col" class="amount">Charged</th>
        """
    );

    public static Html Of(HttpContext context, string caption, IEnumerable<StoredJob> jobs) =>
        Layout.Table(caption, Head, jobs.Select(job => Row(context, job)));

    private static Html Row(HttpContext context, StoredJob job)
    {
        var (record, bill) = job;
        return Html.Of(
            $"""
            <tr><th scope="row"><a href="{Links.ToJob(context, bill.Job)}"><bdi>{bill.Job}</bdi></a></th><td>{bill.Uid}</td>
            <td>{Figures.Name(record.JobStatus)}</td><td>{Figures.Name(record.Partition)}</td>
            <td>{record.StartDate}</td><td>{(bill.IsSettled ? record.EndDate : null)}</td><td class="amount">{bill.Charged}</td></tr>

            """
        );
    }
}
