using System.Net;
using System.Text.Json;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Tells the bank what has changed of a cluster's partitions and users since it was last told, where the bank offers that. Nothing
/// depends on it: what goes wrong is tried again later, and says nothing of the bank's health.
/// </summary>
internal sealed class DirectoryNews(IDirectoryApi bank, TimeProvider time, ILogger<DirectoryNews> logger)
{
    // A bank that does not offer it is asked again now and then: it may have been replaced.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);
    private DateTimeOffset _offersNoneUntil;
    private string _told = "";

    /// <summary>Tells what a bank has not been told.</summary>
    /// <param name="address">Which bank: another one has been told nothing.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="directory">What it has, as one request or several.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task TellAsync(Uri address, string cluster, IReadOnlyList<ClusterDirectory> directory, CancellationToken cancellation)
    {
        var news = string.Join('\n', directory.Select(Text).Prepend(cluster).Prepend(address.AbsoluteUri));
        if (news == _told || time.GetUtcNow() < _offersNoneUntil)
        {
            return;
        }

        foreach (var part in directory)
        {
            using var response = await bank.TellDirectory(cluster, part, cancellation);
            switch (response)
            {
                case { IsReceived: false }:
                case { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests }:
                case { StatusCode: >= HttpStatusCode.InternalServerError }:
                    return;
                case { IsSuccessStatusCode: true }:
                    break;
                case { StatusCode: HttpStatusCode.BadRequest, ContentHeaders.ContentType.MediaType: "application/problem+json" }:
                    // The same again would be refused again.
                    Log.DirectoryRefused(logger, (response.Error as Refit.ApiException)?.Content ?? "");
                    _told = news;
                    return;
                default:
                    _offersNoneUntil = time.GetUtcNow() + RememberedFor;
                    return;
            }
        }

        _told = news;
    }

    private static string Text(ClusterDirectory directory) =>
        JsonSerializer.Serialize(directory, BankApiJsonContext.Default.ClusterDirectory);
}
