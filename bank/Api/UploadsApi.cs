using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Serves /upload_cpu_data/ of the contract: takes a zipped JSON file and says whether it is one. The real service keeps it
/// for its own import; this bank bills from job records alone and keeps nothing of it.
/// </summary>
internal static class UploadsApi
{
    private const long MaxBodyBytes = 16 << 20;
    private const long MaxJsonBytes = 256 << 20;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/upload_cpu_data/{filename}", Put).WithMetadata(EndpointNeed.Staff);

    private static async Task Put(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (await ProblemOf(body, context.RequestAborted) is { } problem)
        {
            await context.WriteDetail(StatusCodes.Status400BadRequest, problem);
            return;
        }

        await context.WriteDetail(StatusCodes.Status200OK, RestAnswers.Uploaded);
    }

    // What the archive says of its own sizes is not believed: what comes out is counted.
    private static async Task<string?> ProblemOf(MemoryStream body, CancellationToken cancellation)
    {
        try
        {
            using var archive = new ZipArchive(body, ZipArchiveMode.Read);
            if (archive.Entries.Count != 1)
            {
                return RestAnswers.ArchiveOf(archive.Entries.Count);
            }

            await using var entry = await archive.Entries[0].OpenAsync(cancellation);
            using var bounded = new BoundedStream(entry, MaxJsonBytes);
            using var json = await JsonDocument.ParseAsync(bounded, cancellationToken: cancellation);
            return null;
        }
        catch (InvalidDataException e)
        {
            return RestAnswers.NoArchive(e.Message);
        }
        catch (JsonException)
        {
            return RestAnswers.ArchiveOfOther;
        }
    }
}
