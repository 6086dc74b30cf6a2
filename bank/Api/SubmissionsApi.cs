using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>Serves /can_submit_job/ of the contract.</summary>
internal sealed class SubmissionsApi(IBankStore store, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var submissions = new SubmissionsApi(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapGet("/can_submit_job/{job_cost}/{user_id}/{account_id}/", submissions.Ask);
    }

    private async Task Ask(HttpContext context)
    {
        string Asked(string name) => (string)context.Request.RouteValues[name]!;
        if (!AmountText.TryRead(Asked("job_cost"), out var cost, out var problem))
        {
            await Write(context, isValid: false, new SubmitAnswer { Success = false, Message = ContractAnswers.OfCost(problem) });
            return;
        }

        var (cluster, unknown) = ClusterHeader.Read(context);
        if (unknown is not null)
        {
            var message = RestAnswers.OfField(ClusterHeader.Name, unknown);
            await Write(context, isValid: false, new SubmitAnswer { Success = false, Message = message });
            return;
        }

        var (isValid, answer) = await store.Read(books =>
            SubmissionTeller.Ask(books, cost, Asked("user_id"), Asked("account_id"), time.GetUtcNow(), cluster)
        );
        await Write(context, isValid, answer);
    }

    private static Task Write(HttpContext context, bool isValid, SubmitAnswer answer) =>
        context.Write(isValid ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, answer, AnswerJsonContext.Default.SubmitAnswer);
}
