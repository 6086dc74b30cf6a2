using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Pages;

/// <summary>What all pages have in common: landmarks, the way back, who is signed in.</summary>
internal static class Layout
{
    public static Html Document(HttpContext context, string title, Html main) =>
        Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} – bank</title>
            <link rel="stylesheet" href="{Links.To(context, PageFiles.Style)}">
            <link rel="icon" href="{Links.To(context, PageFiles.Icon)}">
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <nav aria-label="Bank"><a class="brand" href="{Links.To(context, Links.Accounts)}">Bank</a></nav>
            {SignedIn(context)}
            </header>
            <main id="main" tabindex="-1">
            {main}
            </main>
            <footer><p>Amounts are service units (SU). Times are UTC.</p></footer>
            </body>
            </html>

            """
        );

    /// <summary>A table that scrolls by itself where it is too wide, by keyboard too.</summary>
    /// <param name="caption">What it lists.</param>
    /// <param name="head">Its heading row.</param>
    /// <param name="rows">Its rows.</param>
    public static Html Table(string caption, Html head, IEnumerable<Html> rows) =>
        Html.Of(
            $"""
            <div class="wide" role="region" aria-label="{caption}" tabindex="0">
            <table>
            <caption><span>{caption}</span></caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {rows}
            </tbody>
            </table>
            </div>
            """
        );

    private static Html SignedIn(HttpContext context) =>
        context.Items.ContainsKey(typeof(StoredToken))
            ? Html.Of(
                $"""
                <form class="who" method="post" action="{Links.To(context, Links.SignOut)}">
                <span>Signed in with <bdi>{TokenGate.NameOf(context)}</bdi></span>
                <button type="submit">Sign out</button>
                </form>
                """
            )
            : Html.Nothing;
}
