using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>Writes answers in the shapes of the contract, and under /v1/ problems in that of RFC 9457.</summary>
internal static class Answers
{
    public static Task Write<T>(this HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);
    }

    public static Task Write(this HttpContext context, int status, JsonObject body) =>
        context.Write(status, body, AnswerJsonContext.Default.JsonObject);

    /// <summary>{"detail": …}: what concerns the request, not its content.</summary>
    public static Task WriteDetail(this HttpContext context, int status, string detail) =>
        IsV1(context) ? context.WriteProblem(status, detail, null) : context.Write(status, new JsonObject { ["detail"] = detail });

    /// <summary>429: authentication failed too often.</summary>
    public static Task WriteThrottled(this HttpContext context, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = $"{seconds}";
        return context.WriteDetail(StatusCodes.Status429TooManyRequests, ContractAnswers.Throttled(seconds));
    }

    /// <summary>{"field": ["message"]}.</summary>
    public static Task WriteErrors(this HttpContext context, JsonObject errors, int status = StatusCodes.Status400BadRequest) =>
        IsV1(context) ? context.WriteProblem(status, RestAnswers.WrongFields, errors) : context.Write(status, errors);

    /// <summary>The job as stored, or what was refused about it.</summary>
    public static Task WriteJob(this HttpContext context, int status, JobAnswer answer)
    {
        if (answer.Job is { } job)
        {
            return context.Write(status, job, AnswerJsonContext.Default.Job);
        }

        var errors = new JsonObject();
        foreach (var (field, message) in answer.Refusals)
        {
            errors[field] = new JsonArray(message);
        }

        return context.WriteErrors(errors);
    }

    /// <summary>Why the teller could not do it.</summary>
    public static Task WriteRefusal(this HttpContext context, TellerException refusal)
    {
        var status = refusal.Fault switch
        {
            TellerFault.NotFound => StatusCodes.Status404NotFound,
            TellerFault.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        };
        var errors = refusal.Field is { } field ? new JsonObject { [field] = new JsonArray(refusal.Message) } : null;
        return context.WriteProblem(status, refusal.Message, errors);
    }

    /// <summary>A page of a list, as the contract has them.</summary>
    public static Task WritePage(this HttpContext context, PageRequest page, int count, IEnumerable<JsonNode> results) =>
        context.Write(
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["count"] = count,
                ["next"] = page.Next(count)?.AbsoluteUri,
                ["previous"] = page.Previous()?.AbsoluteUri,
                ["results"] = new JsonArray([.. results]),
            }
        );

    private static Task WriteProblem(this HttpContext context, int status, string detail, JsonObject? errors)
    {
        var problem = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = detail,
        };
        if (errors is not null)
        {
            problem["errors"] = errors;
        }

        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            problem,
            AnswerJsonContext.Default.JsonObject,
            "application/problem+json",
            context.RequestAborted
        );
    }

    private static bool IsV1(HttpContext context) => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal);
}
