using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Telemetry;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Serves leases under /v1/: what clusters that share an account may spend of it without asking.</summary>
internal sealed class LeasesV1(IBankStore store, TimeProvider time, LeaseTerms terms, BankMetrics metrics)
{
    private const string Leases = "/v1/accounts/{account}/leases";
    private const string OneCluster = $"{Leases}/{{cluster}}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var leases = new LeasesV1(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>(),
            routes.ServiceProvider.GetRequiredService<LeaseTerms>(),
            routes.ServiceProvider.GetRequiredService<BankMetrics>()
        );
        routes.MapGet(Leases, leases.List);
        routes.MapGet(OneCluster, leases.Show);
        routes.MapPut(OneCluster, leases.Renew).WithMetadata(EndpointNeed.Staff);
        routes.MapDelete(OneCluster, leases.Release).WithMetadata(EndpointNeed.Admin);
    }

    private async Task List(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var now = time.GetUtcNow();
        var (count, leases) = await store.Read(books =>
            books.ListLeases(AccountTeller.Find(books, context.Named("account")).Name, page.Skip, PageRequest.Size)
        );
        await (
            page.Exists(count) ? context.WritePage(page, count, leases.Select(lease => ToJson(lease, now))) : PageRequest.Refuse(context)
        );
    }

    private async Task Show(HttpContext context)
    {
        var leases = await store.Read(books =>
            LeaseTeller.Show(books, context.Named("account"), context.Named("cluster"), time.GetUtcNow())
        );
        await context.Write(StatusCodes.Status200OK, ToJson(leases));
    }

    private async Task Renew(HttpContext context)
    {
        var (account, cluster) = (context.Named("account"), context.Named("cluster"));
        if (NameRule.Problem(cluster) is { } problem)
        {
            throw new TellerException(problem, field: "cluster");
        }

        if (await V1Request.Read(context, LeaseReader.Read) is { } asked)
        {
            var leases = await store.Write(
                books => LeaseTeller.Renew(books, account, cluster, asked, terms.Duration, time.GetUtcNow()),
                new Foreseen(account, [.. asked.Requests.Select(static request => request.Uid)])
            );
            metrics.LeasesRenewed(leases);
            await context.Write(StatusCodes.Status200OK, ToJson(leases));
        }
    }

    private async Task Release(HttpContext context)
    {
        var reason = await V1Request.Read(context, static fields => fields.RequiredText("reason", TextRule.MaxReason) ?? "");
        if (reason is not null)
        {
            var (account, cluster) = (context.Named("account"), context.Named("cluster"));
            await store.Write(books => LeaseTeller.Release(books, account, cluster, TokenGate.NameOf(context), reason, time.GetUtcNow()));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>As it goes over the wire.</summary>
    public static JsonObject ToJson(ClusterLeases leases) =>
        new()
        {
            ["account"] = leases.Account,
            ["cluster"] = leases.Cluster,
            ["sequence"] = leases.Sequence,
            ["is_active"] = leases.IsActive,
            ["is_exempt"] = leases.IsExempt,
            ["expires_in_seconds"] = (int)leases.Left.TotalSeconds,
            ["project"] = Fill([], leases.Project),
            ["users"] = new JsonArray([
                .. leases.Users.Select(static user => Fill(new JsonObject { ["userid"] = user.Uid, ["is_member"] = user.IsMember }, user)),
            ]),
        };

    private static JsonObject Fill(JsonObject line, LimitLease lease)
    {
        line["granted"] = V1Request.Text(lease.Granted);
        line["asked_back"] = V1Request.Text((ServiceUnits?)lease.AskedBack);
        line["available"] = V1Request.Text(lease.Available);
        line["limit"] = V1Request.Text(lease.Limit);
        line["charged"] = V1Request.Text((ServiceUnits?)lease.Charged);
        line["uncovered"] = V1Request.Text((ServiceUnits?)lease.Uncovered);
        return line;
    }

    private static JsonObject ToJson(Lease lease, DateTimeOffset now) =>
        new()
        {
            ["cluster"] = lease.Cluster,
            ["userid"] = lease.Uid == Lease.OfProject ? null : lease.Uid,
            ["granted"] = V1Request.Text((ServiceUnits?)lease.Standing(now)),
            ["held"] = V1Request.Text((ServiceUnits?)lease.Held),
            ["unmet"] = V1Request.Text((ServiceUnits?)lease.Unmet),
            ["uncovered"] = V1Request.Text((ServiceUnits?)lease.Uncovered),
            ["is_live"] = lease.IsLive(now),
            ["expires_in_seconds"] = (int)LeaseTeller.Left(lease, now).TotalSeconds,
        };
}
