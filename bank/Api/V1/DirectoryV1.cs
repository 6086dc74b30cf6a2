using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Takes under /v1/ what clusters say of their partitions and users, for /partitions/ and /users/ to list.</summary>
internal sealed class DirectoryV1(IBankStore store)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var directory = new DirectoryV1(routes.ServiceProvider.GetRequiredService<IBankStore>());
        routes.MapPut("/v1/clusters/{cluster}/directory", directory.Put).WithMetadata(EndpointNeed.Staff);
    }

    private async Task Put(HttpContext context)
    {
        var cluster = context.Named("cluster");
        if (NameRule.Problem(cluster) is { } problem)
        {
            throw new TellerException(problem, field: "cluster");
        }

        if (await V1Request.Read(context, DirectoryReader.Read) is { } directory)
        {
            await store.Write(books =>
            {
                if (directory.Partitions is { } partitions)
                {
                    books.SaveAll(cluster, partitions);
                }

                books.SaveNames(directory.Users ?? []);
                return true;
            });
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
