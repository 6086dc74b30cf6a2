using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Api;

/// <summary>The header by which a cluster says which one it is, so that its own leases don't stand against it.</summary>
internal static class ClusterHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "Slurm-Cluster";

    /// <summary>The cluster that a request names, null for none; and what is wrong with the header, null when nothing is.</summary>
    public static (string? Cluster, string? Problem) Read(HttpContext context) =>
        context.Request.Headers[Name] switch
        {
            [] => (null, null),
            [{ } cluster] => NameRule.Problem(cluster) is { } problem ? (null, problem) : (cluster, null),
            _ => (null, RestAnswers.ComesTwice),
        };
}
