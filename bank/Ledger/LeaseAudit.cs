using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// Says what can't be of leases. That they and what is charged stay within the limit can't be said: adjustments and overruns take away
/// what was leased.
/// </summary>
public static class LeaseAudit
{
    /// <summary>The longest that a lease may be granted for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // What the clocks of several banks may differ by, generously.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    /// <summary>Each thing that is wrong.</summary>
    /// <param name="leases">All leases.</param>
    /// <param name="now">The bank's time.</param>
    public static IEnumerable<string> Differences(IEnumerable<Lease> leases, DateTimeOffset now)
    {
        var known = new HashSet<(string, string)>();
        foreach (var lease in leases)
        {
            var name =
                lease.Uid == Lease.OfProject
                    ? LedgerDifferences.Lease(lease.Cluster, lease.Account)
                    : LedgerDifferences.LeaseFor(lease.Cluster, lease.Account, lease.Uid);
            if (lease.Uid == Lease.OfProject)
            {
                known.Add((lease.Account, lease.Cluster));
            }
            else if (!known.Contains((lease.Account, lease.Cluster)))
            {
                yield return LedgerDifferences.NoneBeside(name);
            }

            if (NameRule.Problem(lease.Cluster) is { } problem)
            {
                yield return LedgerDifferences.BadCluster(name, problem);
            }

            if (lease.Granted.Hundredths < 0 || lease.Held.Hundredths < 0 || lease.Uncovered.Hundredths < 0)
            {
                yield return LedgerDifferences.Negative(name);
            }

            if (lease.Uncovered > lease.Unmet || lease.Uncovered > lease.Held || lease.Held > lease.Wanted)
            {
                yield return LedgerDifferences.Lacks(name, lease.Uncovered, lease.Held, lease.Unmet, lease.Wanted);
            }

            if (lease.Expires > now + Longest + Tolerance)
            {
                yield return LedgerDifferences.ExpiresLate(name, $"{lease.Expires:yyyy-MM-dd'T'HH:mm:ss'Z'}");
            }
        }
    }
}
