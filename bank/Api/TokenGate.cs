using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Lets through what carries a good token, and writes only with a staff token. Stands behind routing, so that the two paths that
/// need none are known by their endpoint.
/// </summary>
internal sealed class TokenGate(RequestDelegate next, IBankStore store, TimeProvider time)
{
    private const string Scheme = "Token ";

    public Task InvokeAsync(HttpContext context)
    {
        var need = context.GetEndpoint()?.Metadata.GetMetadata<EndpointNeed>();
        if (need == EndpointNeed.Nothing)
        {
            return next(context);
        }

        if (Recognise(context.Request.Headers.Authorization) is not { } token)
        {
            var isMissing = context.Request.Headers.Authorization.Count == 0;
            context.Response.Headers.WWWAuthenticate = "Token";
            return context.WriteDetail(
                StatusCodes.Status401Unauthorized,
                isMissing ? "Authentication credentials were not provided." : "Invalid token."
            );
        }

        return need == EndpointNeed.Staff && !token.IsStaff
            ? context.WriteDetail(StatusCodes.Status403Forbidden, "You do not have permission to perform this action.")
            : next(context);
    }

    private StoredToken? Recognise(string? header) =>
        header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? store.Read(books => TokenTeller.Recognise(books, header[Scheme.Length..].Trim(), time.GetUtcNow()))
            : null;
}
