using Refit;

namespace SlurmBanking.BankApi;

/// <summary>
/// The bank's REST API (spec/swagger.json). Each method gives the answer whatever its status, so that the caller sees status
/// code, headers such as Retry-After, and the raw body of a refusal (<see cref="ApiException.Content"/> of
/// <see cref="IApiResponse.Error"/>). Nothing is thrown for a refused connection or a timeout either:
/// <see cref="IApiResponse.IsReceived"/> is false then. Only the caller's own cancellation throws.
/// The header Authorization is the business of a message handler of the caller's.
/// </summary>
public interface IBankApi
{
    /// <summary>Asks whether a job fits what the account and its user may still spend. Holds nothing at the bank.</summary>
    /// <param name="jobCost">Service units as decimal text, non-negative, at most 11 digits, 2 of them decimals.</param>
    /// <param name="userId">The user's uid on the cluster.</param>
    /// <param name="accountId">The account's name.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>200 whether it fits or not; 400, with a <see cref="SubmitAnswer"/> as raw body, for an unknown user or account.</returns>
    [Get("/can_submit_job/{jobCost}/{userId}/{accountId}/")]
    Task<IApiResponse<SubmitAnswer>> CanSubmitJob(
        string jobCost,
        string userId,
        string accountId,
        CancellationToken cancellationToken = default
    );

    /// <summary>Records a job and charges its amount.</summary>
    /// <returns>201 with the job as stored; 400 when a field is wrong or the id is taken; 403 without a staff token.</returns>
    [Post("/jobs/")]
    Task<IApiResponse<Job>> CreateJob([Body] Job job, CancellationToken cancellationToken = default);

    /// <summary>Records or replaces a job and charges the difference to what it was charged before.</summary>
    /// <param name="jobslurmid">The job's id; the same as in <paramref name="job"/>. One with a dot is not found.</param>
    /// <param name="job">The whole job.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>200 with the job as stored; 400 when a field is wrong or user or account differ; 403 without a staff token.</returns>
    [Put("/jobs/{jobslurmid}/")]
    Task<IApiResponse<Job>> PutJob(string jobslurmid, [Body] Job job, CancellationToken cancellationToken = default);

    /// <summary>Reads one job back.</summary>
    /// <returns>200 with the job as stored; 404 when there is none.</returns>
    [Get("/jobs/{jobslurmid}/")]
    Task<IApiResponse<Job>> GetJob(string jobslurmid, CancellationToken cancellationToken = default);

    /// <summary>Lists jobs that have started, 100 on a page.</summary>
    /// <param name="page">From 1; null for the first.</param>
    /// <param name="user">Only this uid's jobs; null for all.</param>
    /// <param name="account">Only this account's jobs; null for all.</param>
    /// <param name="jobslurmid">Only the job of this id; null for all.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>200; 404 beyond the last page.</returns>
    [Get("/jobs/")]
    Task<IApiResponse<JobPage>> ListJobs(
        int? page = null,
        string? user = null,
        string? account = null,
        string? jobslurmid = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Lists partitions and their prices, 100 on a page.</summary>
    /// <returns>200; 404 beyond the last page.</returns>
    [Get("/partitions/")]
    Task<IApiResponse<PartitionPage>> ListPartitions(int? page = null, CancellationToken cancellationToken = default);

    /// <summary>Lists users, 100 on a page.</summary>
    /// <returns>200; 404 beyond the last page.</returns>
    [Get("/users/")]
    Task<IApiResponse<UserPage>> ListUsers(int? page = null, CancellationToken cancellationToken = default);

    /// <summary>Trades credentials for a token.</summary>
    /// <returns>201 with the token; 400 when the credentials are wrong.</returns>
    [Post("/api_token_auth/")]
    Task<IApiResponse<Token>> CreateToken([Body] Credentials credentials, CancellationToken cancellationToken = default);

    /// <summary>Hands over a zipped JSON file of CPU usage.</summary>
    /// <param name="filename">The file's name.</param>
    /// <param name="data">The file's bytes.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>200; 400 when it is not a zipped JSON file; 403 without a staff token.</returns>
    [Put("/upload_cpu_data/{filename}")]
    Task<IApiResponse> UploadCpuData(string filename, [Body] Stream data, CancellationToken cancellationToken = default);
}
