using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What the waiting job of a hold asks for, as it was submitted or as the queue last showed it.</summary>
/// <param name="Request">Of its records the dearest.</param>
/// <param name="Records">Ids of its records in the queue; none before it was seen there.</param>
/// <param name="HetJobId">Of a het job: the id of the whole.</param>
/// <param name="Component">Of a het job: which component.</param>
internal sealed record Asked(JobRequest Request, IReadOnlyList<uint> Records, uint? HetJobId = null, uint? Component = null)
{
    /// <summary>Whether another one, of the queue too, says the same: then it need not be replaced.</summary>
    public bool Says(Asked other) =>
        (HetJobId, Component) == (other.HetJobId, other.Component)
        && Records.SequenceEqual(other.Records)
        && Request.Partitions.SequenceEqual(other.Request.Partitions, StringComparer.Ordinal)
        && Request.TresPerJob.ToString() == other.Request.TresPerJob.ToString()
        && Request == other.Request with { Partitions = Request.Partitions, TresPerJob = Request.TresPerJob };
}
