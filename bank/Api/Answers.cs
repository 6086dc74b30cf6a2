using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>Writes answers in the shapes of the contract.</summary>
internal static class Answers
{
    public static Task Write<T>(this HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);
    }

    /// <summary>{"detail": …}: what concerns the request, not its content.</summary>
    public static Task WriteDetail(this HttpContext context, int status, string detail) =>
        context.Write(status, new JsonObject { ["detail"] = detail }, AnswerJsonContext.Default.JsonObject);

    /// <summary>{"field": ["message"]}.</summary>
    public static Task WriteErrors(this HttpContext context, JsonObject errors) =>
        context.Write(StatusCodes.Status400BadRequest, errors, AnswerJsonContext.Default.JsonObject);

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
}
