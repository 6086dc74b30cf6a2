using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>A bank that keeps nothing and says yes: every job fits, every record is stored as it was sent.</summary>
internal sealed class YesBank : IAsyncDisposable
{
    private readonly WebApplication _app;

    private YesBank(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>Ids of the jobs that it was sent.</summary>
    public ConcurrentDictionary<string, bool> Jobs { get; } = new(StringComparer.Ordinal);

    public static async Task<YesBank> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var bank = new YesBank(app);
        app.Run(bank.AnswerAsync);
        await app.StartAsync();
        return bank;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.ContentType = "application/json";
        if (request.Path.StartsWithSegments("/can_submit_job", StringComparison.Ordinal))
        {
            await response.WriteAsync("""{"success":true,"message":"A job with job_cost 999999999.99 can be submitted."}""");
        }
        else if (request.Method is "POST" or "PUT")
        {
            response.StatusCode = request.Method == "POST" ? 201 : 200;
            if (request.Method == "PUT")
            {
                Jobs[request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1]] = true;
            }

            await request.Body.CopyToAsync(response.Body);
        }
        else
        {
            response.StatusCode = 404;
        }
    }
}
