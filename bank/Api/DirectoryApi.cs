using SlurmBanking.Bank.Storage;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>Serves /users/ and /partitions/ of the contract.</summary>
internal sealed class DirectoryApi(IBankStore store)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var directory = new DirectoryApi(routes.ServiceProvider.GetRequiredService<IBankStore>());
        routes.MapGet("/users/", directory.Users);
        routes.MapGet("/partitions/", directory.Partitions);
    }

    private async Task Users(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, users) = await store.Read(books => books.ListUsers(page.Skip, PageRequest.Size));
        if (!page.Exists(count))
        {
            await PageRequest.Refuse(context);
            return;
        }

        var answer = new UserPage
        {
            Count = count,
            Next = page.Next(count),
            Previous = page.Previous(),
            Results = [.. users.Select(static user => new User { Username = user.Name ?? user.Uid, Email = user.Email ?? "" })],
        };
        await context.Write(StatusCodes.Status200OK, answer, AnswerJsonContext.Default.UserPage);
    }

    private async Task Partitions(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            await PageRequest.Refuse(context);
            return;
        }

        var (count, partitions) = await store.Read(books => books.ListPartitions(page.Skip, PageRequest.Size));
        if (!page.Exists(count))
        {
            await PageRequest.Refuse(context);
            return;
        }

        var answer = new PartitionPage
        {
            Count = count,
            Next = page.Next(count),
            Previous = page.Previous(),
            Results = partitions,
        };
        await context.Write(StatusCodes.Status200OK, answer, AnswerJsonContext.Default.PartitionPage);
    }
}
