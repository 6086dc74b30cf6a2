using Microsoft.AspNetCore.WebUtilities;

namespace SlurmBanking.Bank.Pages;

/// <summary>Sends pages, with what browsers are told to refuse.</summary>
internal static class PageResponse
{
    // No script at all, nothing of others', in nobody's frame; forms go back to where they came from.
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Sends a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="title">The page's own name.</param>
    /// <param name="main">What is below the head.</param>
    public static Task SendPage(this HttpContext context, int status, string title, Html main)
    {
        context.SetPageHeaders();
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Layout.Document(context, title, main).ToString(), context.RequestAborted);
    }

    /// <summary>Sends a page that says why there is no other.</summary>
    public static Task SendRefusal(this HttpContext context, int status, string problem)
    {
        var title = ReasonPhrases.GetReasonPhrase(status);
        return context.SendPage(
            status,
            title,
            Html.Of(
                $"""
                <h1>{title}</h1>
                <p>{problem}</p>
                <p><a href="{Links.To(context, Links.Accounts)}">All accounts</a></p>
                """
            )
        );
    }

    /// <summary>Sends the browser elsewhere, which it asks for by GET.</summary>
    public static void SendTo(this HttpContext context, string address)
    {
        context.SetPageHeaders();
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }

    /// <summary>What everything carries that depends on who is signed in.</summary>
    public static void SetPageHeaders(this HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer", under which browsers send no Origin with our own forms.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
