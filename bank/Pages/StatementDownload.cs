using System.Globalization;
using Microsoft.Net.Http.Headers;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Pages;

/// <summary>An account's statement as a file.</summary>
internal sealed class StatementDownload(IBankStore store)
{
    // As text some 10 MB: more is for the command line, which makes no server wait.
    private const int MostEntries = 100_000;

    public async Task Send(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["account"]!;
        var since = Day(context, "since");
        var until = Day(context, "until")?.AddDays(1);
        var format = $"{context.Request.Query["format"]}";
        if (format is not ("csv" or "json"))
        {
            throw new TellerException(Refusals.BadFormat, field: "format");
        }

        var entries = await store.Read(books =>
            books.CountEntries(AccountTeller.Find(books, name).Name, since, until, MostEntries + 1) > MostEntries
                ? throw new TellerException(Refusals.TooManyEntries(MostEntries))
                : books.Statement(name, since, until)
        );

        using var text = new StringWriter { NewLine = "\n" };
        if (format == "csv")
        {
            StatementFormats.WriteCsv(text, entries);
        }
        else
        {
            StatementFormats.WriteJson(text, entries);
        }

        context.SetPageHeaders();
        context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"statement-{name}.{format}");
        context.Response.Headers.ContentDisposition = disposition.ToString();
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    // A form sends a field that nobody filled in as an empty one.
    private static DateTimeOffset? Day(HttpContext context, string name)
    {
        var text = $"{context.Request.Query[name]}";
        if (text.Length == 0)
        {
            return null;
        }

        return
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day < DateOnly.MaxValue
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : throw new TellerException(Refusals.BadDay(name), field: name);
    }
}
