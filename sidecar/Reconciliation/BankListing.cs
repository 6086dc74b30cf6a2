using System.Net;
using Refit;
using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>
/// What the bank has. Its listing has no filter by date and may shift while it is read, so it only spares most single questions:
/// whatever looks like a difference is read once more by its id.
/// </summary>
internal sealed class BankListing(IBankApi bank)
{
    /// <summary>Of a longer listing nothing is read: single records are asked for instead.</summary>
    public const int MostPages = 5000;

    private const int PageSize = 100;

    private readonly Dictionary<string, Job> _records = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>All records of the cluster were listed.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What was listed and is no run's that Slurm knows.</summary>
    public IEnumerable<Job> Unknown => _records.Values.Where(job => !_known.Contains(job.JobSlurmId));

    /// <summary>Lists the cluster's records that started or ended after a time.</summary>
    /// <exception cref="ReconciliationException">The bank can't be asked.</exception>
    public async Task ReadAsync(DateTimeOffset since, SidecarSettings cluster, CancellationToken cancellation)
    {
        for (var page = 1; ; page++)
        {
            using var response = await bank.ListJobs(page, cancellationToken: cancellation);
            if (response is not { IsReceived: true, StatusCode: HttpStatusCode.OK, Content: { } listed })
            {
                throw Unanswered(response);
            }

            if (listed.Count > (long)MostPages * PageSize)
            {
                _records.Clear();
                return;
            }

            foreach (var job in listed.Results.Where(job => job.StartDate >= since || job.EndDate >= since))
            {
                if (cluster.JobIdOf(job.JobSlurmId) is not null)
                {
                    _records[job.JobSlurmId] = job with { Nodes = null };
                }
            }

            if (listed.Next is null)
            {
                IsWhole = true;
                return;
            }
        }
    }

    /// <summary>Slurm knows the run of an id.</summary>
    /// <returns>What was listed of it; null when nothing was.</returns>
    public Job? Know(string id)
    {
        if (!_records.TryGetValue(id, out var job))
        {
            return null;
        }

        _known.Add(id);
        return job;
    }

    /// <summary>Reads one record as it is now; null when there is none.</summary>
    /// <exception cref="ReconciliationException">The bank can't be asked.</exception>
    public async Task<Job?> ReadAsync(string id, CancellationToken cancellation)
    {
        using var response = await bank.GetJob(id, cancellation);
        return response switch
        {
            { IsReceived: true, StatusCode: HttpStatusCode.NotFound } => null,
            { IsReceived: true, StatusCode: HttpStatusCode.OK, Content: { } job } when job.JobSlurmId == id => job,
            _ => throw Unanswered(response),
        };
    }

    private static ReconciliationException Unanswered(IApiResponse response)
    {
        var problem = response.IsReceived
            ? Problems.AnswersWith((int)response.StatusCode!)
            : response.Error?.InnerException?.Message ?? response.Error?.Message ?? "no answer";
        return new ReconciliationException(Problems.BankAway(problem), ReconciliationObstacle.NotNow);
    }
}
