using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Serves deposits, adjustments, refunds, statements and receipts under /v1/.</summary>
internal sealed class FundsV1(IBankStore store, TimeProvider time)
{
    private const string OneAccount = "/v1/accounts/{account}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var funds = new FundsV1(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapPost($"{OneAccount}/deposits", funds.Deposit).WithMetadata(EndpointNeed.Admin);
        routes.MapPost($"{OneAccount}/adjustments", funds.Adjust).WithMetadata(EndpointNeed.Admin);
        routes.MapGet($"{OneAccount}/statement", funds.Statement);
        routes.MapPost("/v1/jobs/{job}/refunds", funds.Refund).WithMetadata(EndpointNeed.Admin);
        routes.MapGet("/v1/jobs/{job}/receipt", funds.Receipt);
    }

    private async Task Deposit(HttpContext context)
    {
        var key = V1Request.Key(context, "deposit");
        if (await Read(context, mayBeNegative: false, isReasoned: false) is { } order)
        {
            var (account, actor) = (context.Named("account"), TokenGate.NameOf(context));
            await Post(
                context,
                key,
                new Foreseen(account, []),
                (books, now) => AccountTeller.Deposit(books, account, order.Amount, key, now, actor, order.Reason)
            );
        }
    }

    private async Task Adjust(HttpContext context)
    {
        var key = V1Request.Key(context, "adjustment");
        if (await Read(context, mayBeNegative: true, isReasoned: true) is { } order)
        {
            var (account, actor) = (context.Named("account"), TokenGate.NameOf(context));
            await Post(
                context,
                key,
                new Foreseen(account, []),
                (books, now) => AccountTeller.Adjust(books, account, order.Amount, key, actor, order.Reason!, now)
            );
        }
    }

    private async Task Refund(HttpContext context)
    {
        var key = V1Request.Key(context, "refund");
        if (await Read(context, mayBeNegative: false, isReasoned: true) is { } order)
        {
            var (job, actor) = (context.Named("job"), TokenGate.NameOf(context));
            // Whose job it is shows only then.
            await Post(context, key, null, (books, now) => RefundTeller.Refund(books, job, order.Amount, key, actor, order.Reason!, now));
        }
    }

    // The answer is what the ledger has under the key: a repeated request gets the same as the first.
    private async Task Post<T>(HttpContext context, string key, Foreseen? foreseen, Func<IBooks, DateTimeOffset, T> work)
    {
        var posted = await store.Write(
            books =>
            {
                work(books, time.GetUtcNow());
                return books.FindTransfer(key)!;
            },
            foreseen
        );
        await context.Write(StatusCodes.Status201Created, Receipts.ToJson(posted));
    }

    private static Task<Order?> Read(HttpContext context, bool mayBeNegative, bool isReasoned) =>
        V1Request.Read(
            context,
            fields =>
            {
                var amount = fields.RequiredAmount("amount", mayBeNegative).GetValueOrDefault();
                return new Order(amount, isReasoned ? fields.RequiredReason("reason") : fields.ReasonOrNull("reason"));
            }
        );

    private async Task Receipt(HttpContext context)
    {
        var (job, transfers) = await store.Read(books => RefundTeller.Receipt(books, context.Named("job")));
        await context.Write(StatusCodes.Status200OK, Receipts.ToJson(job, transfers));
    }

    private async Task Statement(HttpContext context)
    {
        var (since, until) = (V1Request.Moment(context, "since"), V1Request.Moment(context, "until"));
        var isCsv = IsCsv(context);
        var name = context.Named("account");
        var entries = await store.Read(books =>
        {
            _ = AccountTeller.Find(books, name);
            return books.Statement(name, since, until);
        });
        if (isCsv)
        {
            using var text = new StringWriter();
            StatementFormats.WriteCsv(text, entries);
            context.Response.ContentType = "text/csv; charset=utf-8";
            await context.Response.WriteAsync(text.ToString(), Encoding.UTF8, context.RequestAborted);
            return;
        }

        if (PageRequest.Of(context) is not { } page || !page.Exists(entries.Count))
        {
            await PageRequest.Refuse(context);
            return;
        }

        await context.WritePage(page, entries.Count, entries.Skip(page.Skip).Take(PageRequest.Size).Select(StatementFormats.ToJson));
    }

    private static bool IsCsv(HttpContext context) =>
        context.Request.Query["format"] switch
        {
            [] => context.Request.GetTypedHeaders().Accept.MaxBy(static type => type.Quality ?? 1) is { } accepted
                && accepted.IsSubsetOf(new MediaTypeHeaderValue("text/csv")),
            ["csv"] => true,
            ["json"] => false,
            _ => throw new TellerException(Refusals.BadFormat, field: "format"),
        };

    private sealed record Order(ServiceUnits Amount, string? Reason);
}
