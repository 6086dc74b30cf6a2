namespace SlurmBanking.Bank.Api;

/// <summary>Logs a line per request: never a header or a body, where secrets are.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger, TimeProvider time)
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
            LogRequest(context.Request.Method, path, context.Response.StatusCode, took);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} {Status} {TookMs:0.0} ms")]
    private partial void LogRequest(string method, string path, int status, double tookMs);
}
