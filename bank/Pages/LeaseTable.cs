using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>What clusters hold of an account for jobs that are not charged yet, and what they may still decide on.</summary>
internal static class LeaseTable
{
    /// <param name="count">How many leases there are.</param>
    /// <param name="leases">The first of them.</param>
    /// <param name="now">The bank's time.</param>
    public static Html Of(int count, IReadOnlyList<Lease> leases, DateTimeOffset now)
    {
        if (count == 0)
        {
            return Html.Of($"<p>No cluster has a lease of this account.</p>");
        }

        var own = leases.Where(static lease => lease.Uid == Lease.OfProject).ToList();
        var held = own.Aggregate(ServiceUnits.Zero, static (sum, lease) => sum + lease.Held);
        var leased = own.Aggregate(ServiceUnits.Zero, (sum, lease) => sum + lease.Standing(now));
        return Html.Of(
            $"""
            <p><strong>{held}</strong> SU are held for jobs that wait or that are not charged yet. To decide on the next ones
            clusters have leased {leased} of what is available in all.</p>
            {Layout.Table(
                count == leases.Count ? "Leases of clusters" : $"The first {leases.Count} of {count} leases of clusters",
                Html.Of(
                    $"""
                    <th scope="col">Cluster</th><th scope="col">Of</th><th scope="col" class="amount">Held</th>
                    <th scope="col" class="amount">Leased</th><th scope="col">State</th>
                    """
                ),
                leases.Select(lease =>
                    Html.Of(
                        $"""
                        <tr><th scope="row"><bdi>{lease.Cluster}</bdi></th><td>{Whose(lease)}</td>
                        <td class="amount">{lease.Held}</td><td class="amount">{lease.Standing(now)}</td>
                        <td>{(lease.IsLive(now) ? "live" : "the cluster is silent")}</td></tr>

                        """
                    )
                )
            )}
            """
        );
    }

    private static string Whose(Lease lease) => lease.Uid == Lease.OfProject ? "the account" : $"user {lease.Uid}";
}
