using System.Text.Json;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Api;

/// <summary>Reads the JSON body of a request, or answers what is wrong with it as a whole.</summary>
internal static class RequestBody
{
    // A name that comes twice has two meanings: which one counts is not to be guessed.
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The body; null when it was refused and the answer is written.</summary>
    public static async Task<JsonDocument?> Read(HttpContext context)
    {
        if (context.Request.ContentType is { Length: > 0 } type && !context.Request.HasJsonContentType())
        {
            await context.WriteDetail(StatusCodes.Status415UnsupportedMediaType, ContractAnswers.NotJson(type));
            return null;
        }

        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, Options, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            await context.WriteDetail(StatusCodes.Status400BadRequest, ContractAnswers.BadJson(exception.Message));
            return null;
        }
    }
}
