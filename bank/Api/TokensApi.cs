using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Serves /api_token_auth/ of the contract. The one secret that this bank knows is a token: its name and key are the credentials,
/// so that a client that logs in before it asks works here too.
/// </summary>
internal sealed class TokensApi(IBankStore store, FailedTries tries, TimeProvider time)
{
    private const int MaxLength = 4096;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tokens = new TokensApi(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<FailedTries>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapPost("/api_token_auth/", tokens.Trade).WithMetadata(EndpointNeed.Nothing);
    }

    private async Task Trade(HttpContext context)
    {
        using var body = await RequestBody.Read(context);
        if (body is null)
        {
            return;
        }

        if (body.RootElement.ValueKind != JsonValueKind.Object)
        {
            await context.WriteErrors(JobReader.NoObject());
            return;
        }

        var fields = new BodyFields(body.RootElement);
        var (name, key) = (fields.RequiredText("username", MaxLength), fields.RequiredText("password", MaxLength));
        if (name is null || key is null)
        {
            await context.WriteErrors(fields.Errors);
            return;
        }

        var token = await store.Read(books => TokenTeller.Recognise(books, key, time.GetUtcNow()));
        if (token is not null && token.Name == name)
        {
            await context.Write(StatusCodes.Status201Created, new Token { Key = key }, AnswerJsonContext.Default.Token);
            return;
        }

        if (tries.Count(context.Connection.RemoteIpAddress) is { } wait)
        {
            await context.WriteThrottled(wait);
            return;
        }

        await context.WriteErrors(new JsonObject { [JobAnswer.NoField] = new JsonArray(ContractAnswers.NotLoggedIn) });
    }
}
