using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>Answers what fails: 503 for books that can't be reached, so that clients come again; never a stack trace.</summary>
internal sealed class FailureGuard(RequestDelegate next, ILogger<FailureGuard> logger)
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
            Log.BooksAway(logger, context.Request.Method, PathOf(context), exception.Message);
            context.Response.Headers.RetryAfter = "1";
            await context.WriteDetail(StatusCodes.Status503ServiceUnavailable, RestAnswers.BooksAway);
        }
        catch (Exception exception)
        {
            Log.RequestBroken(logger, exception, context.Request.Method, PathOf(context));
            await context.WriteDetail(StatusCodes.Status500InternalServerError, RestAnswers.Broken);
        }
    }

    // Escaped, so that a path can't break a line.
    private static string PathOf(HttpContext context) => context.Request.Path.ToUriComponent();
}
