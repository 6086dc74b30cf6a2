using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace SlurmBanking.Bank.Pages;

/// <summary>Where the pages are, below the base path of the bank. What is a part of an address is escaped as such.</summary>
internal static class Links
{
    public const string Accounts = "/";
    public const string SignIn = "/pages/sign-in";
    public const string SignOut = "/pages/sign-out";
    public const string Job = "/pages/job";
    public const string OneAccount = "/pages/accounts/{account}";
    public const string Statement = $"{OneAccount}/statement";

    public static string ToAccounts(HttpContext context, string search, int page)
    {
        var query = new QueryBuilder();
        if (search.Length > 0)
        {
            query.Add("search", search);
        }

        if (page > 1)
        {
            query.Add("page", page.ToString(CultureInfo.InvariantCulture));
        }

        return $"{context.Request.PathBase}{Accounts}{query.ToQueryString()}";
    }

    public static string ToAccount(HttpContext context, string account, int memberPage = 1) =>
        $"{context.Request.PathBase}/pages/accounts/{Uri.EscapeDataString(account)}{(memberPage > 1 ? $"?page={memberPage}" : "")}";

    public static string ToStatement(HttpContext context, string account) => $"{ToAccount(context, account)}/statement";

    // In the query: an id may be one or two dots, which have a meaning of their own in a path.
    public static string ToJob(HttpContext context, string job) => $"{context.Request.PathBase}{Job}?id={Uri.EscapeDataString(job)}";

    /// <summary>An address of ours, whatever the base path.</summary>
    public static string To(HttpContext context, string path) => $"{context.Request.PathBase}{path}";

    /// <summary>
    /// Whether a path and query, below the base path, is of a page to go to after signing in: nothing leads away from here.
    /// </summary>
    public static bool IsPage(string? target) =>
        target is { Length: < 2000 }
        && (
            target is Accounts
            || target.StartsWith("/?", StringComparison.Ordinal)
            || target.StartsWith("/pages/", StringComparison.Ordinal)
        )
        && !target.Any(static c => char.IsControl(c) || c == '\\');
}
