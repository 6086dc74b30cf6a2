using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Lets through what carries a good token of the scope that the endpoint needs. Stands behind routing, so that the paths that
/// need none are known by their endpoint.
/// </summary>
internal sealed class TokenGate(RequestDelegate next, IBankStore store, FailedTries tries, TimeProvider time)
{
    private const string Scheme = "Token ";

    public async Task InvokeAsync(HttpContext context)
    {
        var need = context.GetEndpoint()?.Metadata.GetMetadata<EndpointNeed>();
        if (need == EndpointNeed.Nothing)
        {
            await next(context);
            return;
        }

        if (await Recognise(store, context.Request.Headers.Authorization, time.GetUtcNow()) is not { } token)
        {
            var isMissing = context.Request.Headers.Authorization.Count == 0;
            if (!isMissing && tries.Count(context.Connection.RemoteIpAddress) is { } wait)
            {
                await context.WriteThrottled(wait);
                return;
            }

            context.Response.Headers.WWWAuthenticate = "Token";
            await context.WriteDetail(
                StatusCodes.Status401Unauthorized,
                isMissing ? ContractAnswers.NoCredentials : ContractAnswers.InvalidToken
            );
            return;
        }

        context.Items[typeof(StoredToken)] = token.Name;
        await (
            token.Scope < (need ?? EndpointNeed.Read).Scope
                ? context.WriteDetail(StatusCodes.Status403Forbidden, ContractAnswers.NotPermitted)
                : next(context)
        );
    }

    /// <summary>The name of the token that a request carries.</summary>
    public static string NameOf(HttpContext context) => (string)context.Items[typeof(StoredToken)]!;

    /// <summary>The token of an Authorization header; null when there is none, or it is not good.</summary>
    public static async Task<StoredToken?> Recognise(IBankStore store, string? header, DateTimeOffset now) =>
        header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await TokenTeller.Recognise(store, header[Scheme.Length..].Trim(), now)
            : null;
}
