using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Serves /api_token_auth/ of the contract. The one secret that this bank knows is a token: its name and key are the credentials,
/// so that a client that logs in before it asks works here too.
/// </summary>
internal sealed class TokensApi(IBankStore store, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var tokens = new TokensApi(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapPost("/api_token_auth/", tokens.Trade).WithMetadata(EndpointNeed.Nothing);
    }

    private async Task Trade(HttpContext context)
    {
        Credentials? credentials;
        try
        {
            credentials = await context.Request.ReadFromJsonAsync(BankApiJsonContext.Default.Credentials, context.RequestAborted);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            credentials = null;
        }

        var key = credentials?.Password ?? "";
        var token = store.Read(books => TokenTeller.Recognise(books, key, time.GetUtcNow()));
        if (token is not null && token.Name == credentials?.Username)
        {
            await context.Write(StatusCodes.Status201Created, new Token { Key = key }, AnswerJsonContext.Default.Token);
            return;
        }

        await context.WriteErrors(new JsonObject { [JobAnswer.NoField] = new JsonArray("Unable to log in with provided credentials.") });
    }
}
