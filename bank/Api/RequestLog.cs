using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Api;

/// <summary>Logs a line per request: never a header or a body, where secrets are.</summary>
internal sealed class RequestLog(RequestDelegate next, ILogger<RequestLog> logger, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            // Escaped, so that a path can't break a line.
            var path = context.Request.Path.ToUriComponent();
            var took = time.GetElapsedTime(began).TotalMilliseconds;
            Log.Request(logger, context.Request.Method, path, context.Response.StatusCode, took);
        }
    }
}
