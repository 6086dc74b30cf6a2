using Microsoft.AspNetCore.Http.Features;
using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Pages;

/// <summary>Trades a token for a session, and ends it: the only two requests of the pages that change anything, both by POST.</summary>
internal sealed class SignInPages(IBankStore store, FailedTries tries, TimeProvider time)
{
    private const string Title = "Sign in";

    private static readonly FormOptions Bounds = new()
    {
        ValueCountLimit = 10,
        KeyLengthLimit = 100,
        ValueLengthLimit = 4096,
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = new SignInPages(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<FailedTries>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapGet(Links.SignIn, static context => Ask(context, context.Request.Query["to"])).WithMetadata(EndpointNeed.Nothing);
        routes.MapPost(Links.SignIn, pages.SignIn).WithMetadata(EndpointNeed.Nothing);
        routes.MapPost(Links.SignOut, pages.SignOut).WithMetadata(EndpointNeed.Nothing);
    }

    private async Task SignIn(HttpContext context)
    {
        if (!IsOurForm(context.Request))
        {
            await context.SendRefusal(StatusCodes.Status403Forbidden, "This form was not sent from a page of this bank.");
            return;
        }

        if (await ReadForm(context) is not { } form)
        {
            await context.SendRefusal(StatusCodes.Status400BadRequest, "This is not what the form sends.");
            return;
        }

        var (key, target) = ((string?)form["token"], (string?)form["to"]);
        if (!string.IsNullOrWhiteSpace(key) && await Begin(key.Trim()) is { } session)
        {
            SessionCookie.Set(context, session);
            context.SendTo(Links.To(context, Links.IsPage(target) ? target! : Links.Accounts));
        }
        else if (tries.Count(context.Connection.RemoteIpAddress) is { } wait)
        {
            await PageGate.SendThrottled(context, wait);
        }
        else
        {
            await Ask(context, target, "This token is not good. It may have been revoked, or have expired.");
        }
    }

    private async Task SignOut(HttpContext context)
    {
        if (!IsOurForm(context.Request))
        {
            await context.SendRefusal(StatusCodes.Status403Forbidden, "This form was not sent from a page of this bank.");
            return;
        }

        if (SessionCookie.Read(context) is { } key)
        {
            await store.Write(books =>
            {
                SessionTeller.End(books, key);
                return true;
            });
        }

        SessionCookie.Clear(context);
        context.SendTo(Links.To(context, Links.SignIn));
    }

    // Guesses write nothing; a token that was good a moment ago is looked for again where the session is written.
    private async Task<string?> Begin(string key)
    {
        var now = time.GetUtcNow();
        return await store.Read(books => TokenTeller.Recognise(books, key, now)) is null
            ? null
            : await store.Write(books =>
                TokenTeller.Recognise(books, key, now) is { } token ? SessionTeller.Begin(books, token, now) : null
            );
    }

    private static Task Ask(HttpContext context, string? target, string? problem = null)
    {
        var error = problem is null
            ? Html.Nothing
            : Html.Of($"""<p class="error" id="problem" role="alert"><strong>Not signed in.</strong> {problem}</p>""");
        var described = problem is null ? "" : "problem ";
        return context.SendPage(
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden,
            Title,
            Html.Of(
                $"""
                <h1>{Title}</h1>
                {error}
                <form class="sign-in" method="post" action="{Links.To(context, Links.SignIn)}">
                <input type="hidden" name="to" value="{(Links.IsPage(target) ? target : Links.Accounts)}">
                <label for="token">Token</label>
                <input id="token" name="token" type="password" required maxlength="4096" autocomplete="off" spellcheck="false"
                 aria-describedby="{described}hint">
                <p class="hint" id="hint">Any token of this bank will do. Who runs the bank makes one:
                <code>bank token create NAME --scope read</code>. A session ends after {(int)SessionTeller.Length.TotalHours} hours.</p>
                <button type="submit">Sign in</button>
                </form>
                """
            )
        );
    }

    // Beside SameSite: browsers say with every form where it is from. Where a proxy gives the bank another name, the first of both says.
    private static bool IsOurForm(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site]
            ? site == "same-origin"
            : Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
                && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static async Task<IFormCollection?> ReadForm(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType
                ? await new FormFeature(context.Request, Bounds).ReadFormAsync(context.RequestAborted)
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
