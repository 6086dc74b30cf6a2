using System.Diagnostics;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>Serves /jobs/ of the contract.</summary>
internal sealed class JobsApi(IBankStore store, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = new JobsApi(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        const string OneJob = $"/jobs/{{jobslurmid:{JobIdConstraint.Name}}}/";
        routes.MapGet("/jobs/", jobs.List);
        routes.MapPost("/jobs/", jobs.Create).WithMetadata(EndpointNeed.Staff);
        routes.MapGet(OneJob, jobs.Read);
        routes.MapPut(OneJob, jobs.Put).WithMetadata(EndpointNeed.Staff);
        routes.MapPatch(OneJob, RefusePatch).WithMetadata(EndpointNeed.Staff);
    }

    private async Task List(HttpContext context)
    {
        var page = PageRequest.Of(context);
        if (page is null)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var query = context.Request.Query;
        var filter = new JobFilter(Asked(query, "user"), Asked(query, "account"), Asked(query, "jobslurmid"));
        var found = await store.Read(books => books.ListJobs(filter, page.Skip, PageRequest.Size));
        if (!page.Exists(found.Count))
        {
            await PageRequest.Refuse(context);
            return;
        }

        var answer = new JobPage
        {
            Count = found.Count,
            Next = page.Next(found.Count),
            Previous = page.Previous(),
            Results = found.Jobs,
            TotalAmount = found.TotalAmount.Value,
            TotalCpuTime = found.TotalCpuTime,
        };
        await context.Write(StatusCodes.Status200OK, answer, AnswerJsonContext.Default.JobPage);
    }

    private async Task Create(HttpContext context)
    {
        if (await ReadJob(context) is { } write)
        {
            var answer = await store.Write(books => JobTeller.Create(books, write, time.GetUtcNow()), Of(write.Sent));
            await context.WriteJob(StatusCodes.Status201Created, answer);
        }
    }

    private async Task Read(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["jobslurmid"]!;
        await (
            await store.Read(books => books.FindJob(id)) is { } job
                ? context.Write(StatusCodes.Status200OK, job.Record, AnswerJsonContext.Default.Job)
                : context.WriteDetail(StatusCodes.Status404NotFound, ContractAnswers.NoSuchJob)
        );
    }

    private async Task Put(HttpContext context)
    {
        if (await ReadJob(context) is not { } write)
        {
            return;
        }

        var id = (string)context.Request.RouteValues["jobslurmid"]!;
        if (write.Sent.JobSlurmId != id)
        {
            var problem = RestAnswers.JobChanged(id, write.Sent.JobSlurmId);
            await context.WriteErrors(new JsonObject { ["jobslurmid"] = new JsonArray(problem) });
            return;
        }

        var answer = await store.Write(books => JobTeller.Put(books, write, time.GetUtcNow()), Of(write.Sent));
        await context.WriteJob(StatusCodes.Status200OK, answer);
    }

    private static Foreseen Of(Job job) => new(job.AccountId, [job.UserId], job.JobSlurmId, job.Partition ?? "");

    private static Task RefusePatch(HttpContext context) =>
        context.Write(StatusCodes.Status200OK, new JsonObject { ["failure"] = RestAnswers.UsePut });

    private static string? Asked(IQueryCollection query, string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

    private static async Task<JobWrite?> ReadJob(HttpContext context)
    {
        var (cluster, problem) = ClusterHeader.Read(context);
        if (problem is not null)
        {
            await context.WriteErrors(new JsonObject { [ClusterHeader.Name] = new JsonArray(problem) });
            return null;
        }

        using var body = await RequestBody.Read(context);
        if (body is null)
        {
            return null;
        }

        var (write, errors) = JobReader.Read(body.RootElement, cluster);
        if (write is null)
        {
            await context.WriteErrors(errors);
        }
        else if (Activity.Current is { IsAllDataRequested: true } span)
        {
            // The span of this request, which continues the trace of the job at the sidecar.
            span.SetTag("slurm_banking.job", write.Sent.JobSlurmId);
            span.SetTag("slurm_banking.account", write.Sent.AccountId);
        }

        return write;
    }
}
