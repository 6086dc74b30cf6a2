using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>Answers what fails: 503 for books that can't be reached, so that clients come again; never a stack trace.</summary>
internal sealed partial class FailureGuard(RequestDelegate next, ILogger<FailureGuard> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; what it asked for may be done all the same.
        }
        catch (BadHttpRequestException exception)
        {
            await context.WriteDetail(exception.StatusCode, exception.Message);
        }
        catch (TellerException exception)
        {
            await context.WriteRefusal(exception);
        }
        catch (BankStoreException exception)
        {
            LogStore(exception.Message);
            context.Response.Headers.RetryAfter = "1";
            await context.WriteDetail(StatusCodes.Status503ServiceUnavailable, "The books can't be reached now.");
        }
        catch (Exception exception)
        {
            LogFailure(exception);
            await context.WriteDetail(StatusCodes.Status500InternalServerError, "Internal error.");
        }
    }

    [LoggerMessage(2, LogLevel.Error, "{Problem}")]
    private partial void LogStore(string problem);

    [LoggerMessage(3, LogLevel.Error, "A request failed")]
    private partial void LogFailure(Exception exception);
}
