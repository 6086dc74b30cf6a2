using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Pages;

/// <summary>
/// Lets people in who have a session, or whose client sends a token as for every other call, and sends others to sign in. A session
/// is good for pages alone: no call of the API looks for one.
/// </summary>
internal sealed class PageGate(IBankStore store, FailedTries tries, TimeProvider time)
{
    /// <summary>Maps a page, which is only asked for (GET).</summary>
    public void Map(IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task> page) =>
        routes.MapGet(pattern, context => Enter(context, page)).WithMetadata(EndpointNeed.Nothing);

    private async Task Enter(HttpContext context, Func<HttpContext, Task> page)
    {
        var header = context.Request.Headers.Authorization;
        var token = header.Count > 0 ? await TokenGate.Recognise(store, header, time.GetUtcNow()) : await FindSession(context);
        if (token is not null)
        {
            context.Items[typeof(StoredToken)] = token.Name;
            await Answer(context, page);
        }
        else if (header.Count == 0)
        {
            var target = $"{context.Request.Path}{context.Request.QueryString}";
            context.SendTo($"{Links.To(context, Links.SignIn)}?to={Uri.EscapeDataString(target)}");
        }
        else if (tries.Count(context.Connection.RemoteIpAddress) is { } wait)
        {
            await SendThrottled(context, wait);
        }
        else
        {
            context.Response.Headers.WWWAuthenticate = "Token";
            await context.SendRefusal(StatusCodes.Status401Unauthorized, "This token is not good.");
        }
    }

    /// <summary>429: authentication failed too often.</summary>
    public static Task SendThrottled(HttpContext context, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = $"{seconds}";
        return context.SendRefusal(
            StatusCodes.Status429TooManyRequests,
            $"There were too many failed tries from here. Try again in {seconds} s."
        );
    }

    private async Task<StoredToken?> FindSession(HttpContext context) =>
        SessionCookie.Read(context) is { } key ? await store.Read(books => SessionTeller.Recognise(books, key, time.GetUtcNow())) : null;

    private static async Task Answer(HttpContext context, Func<HttpContext, Task> page)
    {
        try
        {
            await page(context);
        }
        catch (TellerException refusal)
        {
            var isMissing = refusal.Fault == TellerFault.NotFound;
            await context.SendRefusal(
                isMissing ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest,
                $"{char.ToUpperInvariant(refusal.Message[0])}{refusal.Message[1..]}."
            );
        }
    }
}
