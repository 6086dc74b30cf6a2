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
        routes.MapGet("/partitions/", Partitions);
    }

    private Task Users(HttpContext context)
    {
        if (PageRequest.Of(context) is not { } page)
        {
            return PageRequest.Refuse(context);
        }

        var (count, uids) = store.Read(books => books.ListUsers(page.Skip, PageRequest.Size));
        if (!page.Exists(count))
        {
            return PageRequest.Refuse(context);
        }

        var answer = new UserPage
        {
            Count = count,
            Next = page.Next(count),
            Previous = page.Previous(),
            // This bank knows its users by their uid alone.
            Results = [.. uids.Select(static uid => new User { Username = uid })],
        };
        return context.Write(StatusCodes.Status200OK, answer, AnswerJsonContext.Default.UserPage);
    }

    // Prices are the business of the sidecar's configuration: this bank has no partitions of its own to list.
    private static Task Partitions(HttpContext context) =>
        PageRequest.Of(context) is { } page && page.Exists(0)
            ? context.Write(StatusCodes.Status200OK, new PartitionPage { Count = 0, Results = [] }, AnswerJsonContext.Default.PartitionPage)
            : PageRequest.Refuse(context);
}
