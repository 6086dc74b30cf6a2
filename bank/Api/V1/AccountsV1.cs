using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Serves accounts, their windows, members and balances under /v1/.</summary>
internal sealed class AccountsV1(IBankStore store, TimeProvider time)
{
    private const string Accounts = "/v1/accounts";
    private const string OneAccount = $"{Accounts}/{{account}}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var accounts = new AccountsV1(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapGet(Accounts, accounts.List);
        routes.MapPost(Accounts, accounts.Create).WithMetadata(EndpointNeed.Admin);
        routes.MapGet(OneAccount, accounts.Read);
        routes.MapPatch(OneAccount, accounts.Change).WithMetadata(EndpointNeed.Admin);
        routes.MapPost($"{OneAccount}/renewals", accounts.Renew).WithMetadata(EndpointNeed.Admin);
        routes.MapGet($"{OneAccount}/balance", accounts.Balance);
        routes.MapGet($"{OneAccount}/members", accounts.Members);
        routes.MapPut($"{OneAccount}/members/{{user}}", accounts.Admit).WithMetadata(EndpointNeed.Admin);
        routes.MapDelete($"{OneAccount}/members/{{user}}", accounts.Dismiss).WithMetadata(EndpointNeed.Admin);
        routes.MapGet($"{OneAccount}/changes", accounts.Changes);
    }

    private async Task List(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, accounts) = await store.Read(books => books.ListAccounts(page.Skip, PageRequest.Size));
        await (page.Exists(count) ? context.WritePage(page, count, accounts.Select(ToJson)) : PageRequest.Refuse(context));
    }

    private async Task Read(HttpContext context) =>
        await context.Write(
            StatusCodes.Status200OK,
            ToJson(await store.Read(books => AccountTeller.Find(books, context.Named("account"))))
        );

    private async Task Create(HttpContext context)
    {
        var account = await V1Request.Read(
            context,
            static fields =>
            {
                var name = fields.RequiredText("name", NameRule.MaxLength);
                if (name is not null && NameRule.Problem(name) is { } problem)
                {
                    fields.Wrong("name", problem);
                }

                return new Account(
                    name ?? "",
                    new Allocation(
                        fields.AmountOrNull("limit"),
                        fields.Time("start"),
                        fields.Time("end"),
                        fields.Flag("exempt"),
                        fields.Amount("credit").GetValueOrDefault()
                    )
                );
            }
        );
        if (account is not null)
        {
            await store.Write(books =>
            {
                AccountTeller.Open(books, account, time.GetUtcNow());
                return true;
            });
            await context.Write(StatusCodes.Status201Created, ToJson(account));
        }
    }

    private async Task Change(HttpContext context)
    {
        var change = await V1Request.Read(
            context,
            static fields =>
            {
                var named = new Allocation(
                    fields.AmountOrNull("limit"),
                    fields.Time("start"),
                    fields.Time("end"),
                    IsExempt: false,
                    fields.Amount("credit").GetValueOrDefault()
                );
                Allocation Changed(Allocation now) =>
                    now with
                    {
                        Limit = fields.Seen.Contains("limit") ? named.Limit : now.Limit,
                        Start = fields.Seen.Contains("start") ? named.Start : now.Start,
                        End = fields.Seen.Contains("end") ? named.End : now.End,
                        Credit = fields.Seen.Contains("credit") ? named.Credit : now.Credit,
                    };
                return new Revision(Changed, fields.RequiredReason("reason") ?? "");
            }
        );
        if (change is not null)
        {
            var (account, actor) = (context.Named("account"), TokenGate.NameOf(context));
            var changed = await store.Write(books =>
                AccountTeller.Change(books, account, change.Change, actor, change.Reason, time.GetUtcNow())
            );
            await context.Write(StatusCodes.Status200OK, ToJson(changed));
        }
    }

    private async Task Renew(HttpContext context)
    {
        var window = await V1Request.Read(
            context,
            static fields => new Renewal(
                fields.Time("start"),
                fields.Time("end"),
                fields.IsText("carry_over", "all") ? null : fields.Amount("carry_over").GetValueOrDefault()
            )
        );
        if (window is not null)
        {
            var (account, carried) = await store.Write(books =>
                AccountTeller.Renew(
                    books,
                    context.Named("account"),
                    window.Start,
                    window.End,
                    window.CarryOver,
                    TokenGate.NameOf(context),
                    time.GetUtcNow()
                )
            );
            var answer = ToJson(account);
            answer["carried_over"] = V1Request.Text(carried);
            await context.Write(StatusCodes.Status201Created, answer);
        }
    }

    private async Task Balance(HttpContext context)
    {
        var uid = context.Request.Query["user"] is [{ } asked, ..] ? V1Request.Uid(asked) : null;
        var (cluster, problem) = ClusterHeader.Read(context);
        if (problem is not null)
        {
            throw new TellerException(problem, field: ClusterHeader.Name);
        }

        var answer = await store.Read(books => BalanceTeller.Read(books, context.Named("account"), uid, time.GetUtcNow(), cluster));
        await context.Write(StatusCodes.Status200OK, answer, AnswerJsonContext.Default.AccountBalance);
    }

    private async Task Members(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, members) = await store.Read(books =>
        {
            var account = AccountTeller.Find(books, context.Named("account"));
            return books.ListMembers(account.Name, page.Skip, PageRequest.Size);
        });
        await (page.Exists(count) ? context.WritePage(page, count, members.Select(ToJson)) : PageRequest.Refuse(context));
    }

    private async Task Admit(HttpContext context)
    {
        var uid = V1Request.Uid(context.Named("user"));
        var member = await V1Request.Read(context, fields => new Member(context.Named("account"), uid, fields.AmountOrNull("cap")));
        if (member is not null)
        {
            await store.Write(books =>
            {
                AccountTeller.Admit(books, member);
                return true;
            });
            await context.Write(StatusCodes.Status200OK, ToJson(member));
        }
    }

    private async Task Dismiss(HttpContext context)
    {
        var uid = V1Request.Uid(context.Named("user"));
        var reason = V1Request.Reason(context);
        await store.Write(books =>
        {
            AccountTeller.Dismiss(books, context.Named("account"), uid, TokenGate.NameOf(context), reason, time.GetUtcNow());
            return true;
        });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task Changes(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, changes) = await store.Read(books =>
            books.ListChanges(AccountTeller.Find(books, context.Named("account")).Name, page.Skip, PageRequest.Size)
        );
        await (page.Exists(count) ? context.WritePage(page, count, changes.Select(ToJson)) : PageRequest.Refuse(context));
    }

    private static JsonObject ToJson(AccountChange change) =>
        new()
        {
            ["time"] = V1Request.Text(change.At),
            ["what"] = change.What,
            ["actor"] = change.Actor,
            ["reason"] = change.Reason,
        };

    private static JsonObject ToJson(Member member) => new() { ["user"] = member.Uid, ["cap"] = V1Request.Text(member.Cap) };

    private static JsonObject ToJson(Account account)
    {
        var (limit, start, end, isExempt, credit, period) = account.Allocation;
        return new JsonObject
        {
            ["name"] = account.Name,
            ["limit"] = V1Request.Text(limit),
            ["credit"] = V1Request.Text(credit),
            ["start"] = V1Request.Text(start),
            ["end"] = V1Request.Text(end),
            ["exempt"] = isExempt,
            ["period"] = period,
        };
    }

    private sealed record Renewal(DateTimeOffset? Start, DateTimeOffset? End, ServiceUnits? CarryOver);

    private sealed record Revision(Func<Allocation, Allocation> Change, string Reason);
}
