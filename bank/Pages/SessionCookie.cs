namespace SlurmBanking.Bank.Pages;

/// <summary>The cookie of a session: a random key, which no script sees and no other site makes a browser send.</summary>
internal static class SessionCookie
{
    private const string Name = "bank_session";
    private const int MaxLength = 100;

    /// <summary>The key that a request carries; null when it carries none.</summary>
    public static string? Read(HttpContext context) => context.Request.Cookies[Name] is { Length: > 0 and <= MaxLength } key ? key : null;

    /// <summary>Gives the browser a key until it ends.</summary>
    public static void Set(HttpContext context, string key) => context.Response.Cookies.Append(Name, key, Options(context));

    /// <summary>Takes the key from the browser.</summary>
    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = IsHttps(context.Request),
            Path = $"{context.Request.PathBase}/",
            IsEssential = true,
        };

    // The bank itself serves http; what ends TLS before it says so. Whoever makes the header up keeps a cookie from themselves.
    private static bool IsHttps(HttpRequest request) =>
        request.IsHttps || string.Equals(request.Headers["X-Forwarded-Proto"], "https", StringComparison.OrdinalIgnoreCase);
}
