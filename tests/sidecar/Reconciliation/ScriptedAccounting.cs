using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>An accounting with the records that it is given.</summary>
internal sealed class ScriptedAccounting : IAccounting
{
    public List<RunFacts> Records { get; } = [];

    /// <summary>AccountingStorageType=accounting_storage/none.</summary>
    public bool IsOff { get; set; }

    public List<(DateTimeOffset From, DateTimeOffset To)> Spans { get; } = [];

    public List<uint> Asked { get; } = [];

    public Task<IReadOnlyList<RunFacts>?> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        Spans.Add((from, to));
        return Answer(record => record.Submit < to && !(record.End < from));
    }

    public Task<IReadOnlyList<RunFacts>?> ListAsync(IReadOnlyCollection<uint> jobs, CancellationToken cancellation)
    {
        Asked.AddRange(jobs);
        return Answer(record => jobs.Contains(record.JobId));
    }

    private Task<IReadOnlyList<RunFacts>?> Answer(Func<RunFacts, bool> which) =>
        Task.FromResult<IReadOnlyList<RunFacts>?>(IsOff ? null : [.. Records.Where(which)]);
}
