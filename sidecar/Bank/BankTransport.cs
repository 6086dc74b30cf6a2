using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Sends every request to the bank that the configuration in force names, with its token and within its timeout, so that a
/// changed url or token takes effect with the next request.
/// </summary>
internal sealed class BankTransport(SettingsStore settings, ClusterName cluster, TimeProvider time) : DelegatingHandler
{
    /// <summary>What the client is built with; replaced in every request.</summary>
    public static readonly Uri Placeholder = new("http://bank.invalid");

    /// <summary>Whose lease a charge is covered by; a bank without leases ignores it.</summary>
    public const string ClusterHeader = "Slurm-Cluster";

    /// <summary>
    /// The timeout is this transport's, by the configuration in force; the client's own is 100 s of real time, which also keeps
    /// every request that was abandoned in memory for as long.
    /// </summary>
    public static void LeaveTimeoutToTransport(HttpClient client) => client.Timeout = Timeout.InfiniteTimeSpan;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var api = settings.Current.Settings?.Api ?? throw new HttpRequestException(Problems.NoBank);
        request.RequestUri = new Uri(api.Url.ToString().TrimEnd('/') + request.RequestUri!.PathAndQuery);
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", await TokenAsync(api, cancellationToken));
        if (cluster.Value is { Length: > 0 } name)
        {
            request.Headers.TryAddWithoutValidation(ClusterHeader, name);
        }

        using var timeout = new CancellationTokenSource(api.Timeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await base.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(Problems.NoAnswerWithin(DurationText.Format(api.Timeout)), e);
        }
    }

    /// <summary>Trusts what ca_file holds, and nothing else, when it is set; re-read with every connection.</summary>
    public static bool IsTrusted(SettingsStore settings, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var file = settings.Current.Settings?.Api.CaFile ?? "";
        if (file.Length == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        if (
            chain is null
            || certificate is not X509Certificate2 server
            || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None
        )
        {
            return false;
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Clear();
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        return chain.Build(server);
    }

    private static async Task<string> TokenAsync(ApiSettings api, CancellationToken cancellation)
    {
        if (api.TokenFile.Length == 0)
        {
            return api.Token;
        }

        try
        {
            var text = (await File.ReadAllTextAsync(api.TokenFile, cancellation)).Trim();
            return text.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) ? text["Token ".Length..].Trim() : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HttpRequestException(Problems.TokenFileUnreadable(e.Message), e);
        }
    }
}
