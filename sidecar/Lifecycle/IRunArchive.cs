using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Runs that ended and are on disk: the book looks there for what it no longer keeps in memory.</summary>
internal interface IRunArchive
{
    /// <summary>One run; null when there is none of that key.</summary>
    /// <exception cref="IOException">The disk can't be read.</exception>
    Run? Find(RunKey key);

    /// <summary>All runs of one job of a hold.</summary>
    /// <exception cref="IOException">The disk can't be read.</exception>
    IReadOnlyList<Run> Of(HoldId hold, uint jobId);
}
