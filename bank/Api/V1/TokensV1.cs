using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Serves /v1/tokens: made, listed and revoked by who has an admin token.</summary>
internal sealed class TokensV1(IBankStore store, TimeProvider time)
{
    private const string Tokens = "/v1/tokens";
    private const int MaxScope = 10;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tokens = new TokensV1(
            routes.ServiceProvider.GetRequiredService<IBankStore>(),
            routes.ServiceProvider.GetRequiredService<TimeProvider>()
        );
        routes.MapGet(Tokens, tokens.List).WithMetadata(EndpointNeed.Admin);
        routes.MapPost(Tokens, tokens.Create).WithMetadata(EndpointNeed.Admin);
        routes.MapDelete($"{Tokens}/{{name}}", tokens.Revoke).WithMetadata(EndpointNeed.Admin);
    }

    private async Task List(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, tokens) = await store.Read(books => books.ListTokens(page.Skip, PageRequest.Size));
        await (
            page.Exists(count)
                ? context.WritePage(page, count, tokens.Select(static token => ToJson(token.Name, token.Scope, token.Expires)))
                : PageRequest.Refuse(context)
        );
    }

    private async Task Create(HttpContext context)
    {
        var asked = await V1Request.Read(
            context,
            static fields =>
            {
                var name = fields.RequiredText("name", NameRule.MaxLength);
                if (name is not null && NameRule.Problem(name) is { } problem)
                {
                    fields.Wrong("name", problem);
                }

                var scope = fields.RequiredText("scope", MaxScope);
                if (scope is not (null or "read" or "staff" or "admin"))
                {
                    fields.Wrong("scope", RestAnswers.NoScope);
                }

                return new Asked(
                    name ?? "",
                    scope switch
                    {
                        "staff" => TokenScope.Staff,
                        "admin" => TokenScope.Admin,
                        _ => TokenScope.Read,
                    },
                    fields.Time("expires")
                );
            }
        );
        if (asked is not null)
        {
            var key = await store.Write(books => TokenTeller.Create(books, asked.Name, asked.Scope, asked.Expires, time.GetUtcNow()));
            var answer = ToJson(asked.Name, asked.Scope, asked.Expires);
            answer["key"] = key;
            await context.Write(StatusCodes.Status201Created, answer);
        }
    }

    private async Task Revoke(HttpContext context)
    {
        await store.Write(books =>
        {
            TokenTeller.Revoke(books, context.Named("name"));
            return true;
        });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static JsonObject ToJson(string name, TokenScope scope, DateTimeOffset? expires) =>
        new()
        {
            ["name"] = name,
            ["scope"] = scope.ToString().ToLowerInvariant(),
            ["expires"] = V1Request.Text(expires),
        };

    private sealed record Asked(string Name, TokenScope Scope, DateTimeOffset? Expires);
}
