using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SlurmBanking.Faults.Tests;

/// <summary>Stands between sidecar and bank on loopback: passes requests on, spoils them, and says where each one is.</summary>
public sealed class BankProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _bank = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private BankProxy(WebApplication app) => _app = app;

    public Uri Url => new(Addresses.First(static address => address.StartsWith("http:", StringComparison.Ordinal)));

    /// <summary>The same behind a certificate that nobody has reason to trust.</summary>
    public Uri TlsUrl => new(Addresses.First(static address => address.StartsWith("https:", StringComparison.Ordinal)));

    /// <summary>Where the bank is; requests are reset while that is not known.</summary>
    public Uri? Bank { get; set; }

    public BankManner Manner { get; set; } = BankManner.Well;

    /// <summary>
    /// Called at each stage of each request: its method, "" where it is not about a job's record, and the stage. False drops the
    /// connection there.
    /// </summary>
    public Func<string, Stage, Task<bool>>? Watch { get; set; }

    private ICollection<string> Addresses =>
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    public static async Task<BankProxy> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.UseHttps(SelfSigned()));
        });
        var app = builder.Build();
        var proxy = new BankProxy(app);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _bank.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private async Task HandleAsync(HttpContext context)
    {
        // Job records alone: what is read, or leased, comes and goes at times of its own.
        var method = context.Request.Path.StartsWithSegments("/jobs", StringComparison.Ordinal) ? context.Request.Method : "";
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (Bank is null || !await SeenAsync(method, Stage.Sent) || !await SpoiltAsync(context))
            {
                context.Abort();
                return;
            }

            if (context.Response.StatusCode != StatusCodes.Status200OK)
            {
                return;
            }

            using var request = Copy(context.Request, body.ToArray());
            var answer = _bank.SendAsync(request, CancellationToken.None);
            var kept = await SeenAsync(method, Stage.Forwarded);
            using var response = await answer;
            var content = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
            if (!kept || !await SeenAsync(method, Stage.Booked))
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
            await context.Response.CompleteAsync();
            await SeenAsync(method, Stage.Answered);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // One of the two is gone: the other sees a broken connection, as it would without a proxy.
            context.Abort();
        }
    }

    private Task<bool> SeenAsync(string method, Stage stage) => Watch?.Invoke(method, stage) ?? Task.FromResult(true);

    /// <summary>False when the connection is to be reset.</summary>
    private async Task<bool> SpoiltAsync(HttpContext context)
    {
        var manner = Manner;
        switch (manner.Kind)
        {
            case BankMannerKind.BlackHole:
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return false;
            case BankMannerKind.Status:
                context.Response.StatusCode = manner.Status;
                return true;
            case BankMannerKind.Reset:
                return false;
            default:
                await Task.Delay(manner.DelayMs, context.RequestAborted);
                return true;
        }
    }

    private HttpRequestMessage Copy(HttpRequest from, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(Bank!, from.Path + from.QueryString));
        request.Headers.TryAddWithoutValidation("Authorization", from.Headers.Authorization.ToString());
        if (from.Headers["Slurm-Cluster"] is [{ } cluster])
        {
            request.Headers.TryAddWithoutValidation("Slurm-Cluster", cluster);
        }

        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", from.ContentType);
        }

        return request;
    }
}
