using System.Net;
using Refit;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>Sends one record to the bank and says what came of it.</summary>
internal sealed class Courier(IBankApi bank, BankHealth health, ILogger<Courier> logger)
{
    private const int MaxProblem = 2000;

    private static readonly TimeSpan PredecessorsClock = TimeSpan.FromMinutes(1);

    /// <param name="pending">The record.</param>
    /// <param name="doubt">What to ask the bank first.</param>
    /// <param name="cancellation">Ends it with an unknown outcome.</param>
    public async Task<DeliveryResult> SendAsync(PendingDelivery pending, Doubt doubt, CancellationToken cancellation)
    {
        var job = pending.Delivery.Job;
        if (doubt != Doubt.None && await AskFirstAsync(job, doubt, cancellation) is { } answer)
        {
            return answer;
        }

        using var response =
            pending.Delivery.Kind == DeliveryKind.Charge
                ? await bank.CreateJob(job, cancellation)
                : await bank.PutJob(job.JobSlurmId, job, cancellation);
        if (!response.IsReceived)
        {
            var problem = Problem(response.Error?.InnerException?.Message ?? response.Error?.Message ?? "no answer");
            health.Missed(problem);
            return new DeliveryResult(DeliveryOutcome.Unknown, problem);
        }

        var status = (int)response.StatusCode!;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.Created when response.Content?.JobSlurmId == job.JobSlurmId:
                health.Answered();
                return new DeliveryResult(DeliveryOutcome.Delivered);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                health.RefusedToken(status);
                return new DeliveryResult(DeliveryOutcome.TokenRefused, Problems.Status(status));

            // A page without our record, a redirection, nothing there (the configuration allows no id that the bank answers so):
            // API.url is not the bank's, and nothing is parked over a setting.
            case < HttpStatusCode.BadRequest
            or HttpStatusCode.NotFound:
                health.Missed(Problems.Status(status));
                return new DeliveryResult(DeliveryOutcome.Later, Problems.NotTheBanks(status));
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError:
                health.Missed(Problems.Status(status));
                return new DeliveryResult(DeliveryOutcome.Later, Problems.Status(status), RetryAfter(response));
            default:
                health.Answered();
                return await RefusedAsync(pending, status, (response.Error as ApiException)?.Content ?? "", cancellation);
        }
    }

    // A duplicate is this very record only if it was sent before and the answer got lost, or if what the bank has is the
    // same job; else the id is somebody else's.
    private async Task<DeliveryResult> RefusedAsync(PendingDelivery pending, int status, string body, CancellationToken cancellation)
    {
        var refused = new DeliveryResult(DeliveryOutcome.Refused, Problem(Problems.Refused(status, body)));
        var duplicate =
            status == 400
            && pending.Delivery.Kind == DeliveryKind.Charge
            && body.Contains("jobslurmid", StringComparison.Ordinal)
            && body.Contains("already exists", StringComparison.Ordinal);
        if (!duplicate)
        {
            return refused;
        }

        var (known, stored) = await ReadAsync(pending.Delivery.Job, cancellation);
        var same = stored is not null && IsSame(stored, pending.Delivery.Job);
        return !known ? new DeliveryResult(DeliveryOutcome.Unknown, Problems.OwnerUnknown)
            : same || pending.Attempts > 0
                ? new DeliveryResult(DeliveryOutcome.Delivered, WasThere: true, Stored: same ? stored!.Amount : null)
            : refused;
    }

    // Null: nothing speaks against overwriting what the bank has.
    private async Task<DeliveryResult?> AskFirstAsync(Job job, Doubt doubt, CancellationToken cancellation)
    {
        var (known, stored) = await ReadAsync(job, cancellation);
        if (!known)
        {
            return new DeliveryResult(DeliveryOutcome.Unknown, Problems.StoredUnknown);
        }

        if (stored is null)
        {
            return null;
        }

        if (!IsSame(stored, job))
        {
            var owner = Problems.AnotherJobs(stored.UserId, stored.AccountId);
            return doubt == Doubt.Taken ? new DeliveryResult(DeliveryOutcome.Refused, owner) : null;
        }

        if (stored.JobStatus == BankRecord.Running)
        {
            return null;
        }

        if (stored.Amount != job.Amount || stored.EndDate != job.EndDate)
        {
            Log.Superseded(logger, job.JobSlurmId);
        }

        return new DeliveryResult(DeliveryOutcome.Delivered, WasThere: true);
    }

    private static bool IsSame(Job stored, Job job) =>
        stored.UserId == job.UserId
        && stored.AccountId == job.AccountId
        && (stored.SubmitDate == job.SubmitDate || IsOfPredecessor(stored, job));

    // UC Berkeley's SPANK plugin writes the time at which it runs, by the node's clock, as that of the submission and of the start.
    private static bool IsOfPredecessor(Job stored, Job job) =>
        stored.SubmitDate is { } written
        && stored.StartDate == written
        && job.StartDate is { } start
        && (written - start).Duration() <= PredecessorsClock;

    private async Task<(bool Known, Job? Stored)> ReadAsync(Job job, CancellationToken cancellation)
    {
        using var response = await bank.GetJob(job.JobSlurmId, cancellation);
        if (response is { IsReceived: true, StatusCode: HttpStatusCode.NotFound })
        {
            return (true, null);
        }

        if (response is not { IsReceived: true, StatusCode: HttpStatusCode.OK, Content: { } stored })
        {
            health.Missed(response.Error?.Message ?? "no answer");
            return (false, null);
        }

        health.Answered();
        return (true, stored);
    }

    private static TimeSpan? RetryAfter(IApiResponse response) =>
        response.Headers?.RetryAfter?.Delta is { } delta && delta < TimeSpan.FromHours(1) ? delta : null;

    private static string Problem(string text) => text.Length <= MaxProblem ? text : text[..MaxProblem];
}
