using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>Speaks admission.k8s.io/v1 with the API server.</summary>
internal sealed class AdmissionDesk(ApiServer api, OperatorMetrics metrics, ILogger<AdmissionDesk> logger)
{
    private readonly BankingConfigValidator _validator = new(api);

    public async Task AnswerAsync(HttpContext context)
    {
        JsonElement request;
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            request = document.RootElement.GetProperty("request").Clone();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            Log.AdmissionBroken(logger);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var verdict = StoredObject.Text(request, "operation") switch
        {
            "CREATE" => BankingConfigValidator.Create(Part(request, "object")),
            "UPDATE" => BankingConfigValidator.Update(Part(request, "oldObject"), Part(request, "object")),
            "DELETE" => await _validator.DeleteAsync(Part(request, "oldObject"), context.RequestAborted),
            _ => Verdict.Allowed,
        };
        metrics.Admitted(verdict.IsAllowed ? "allowed" : "refused");
        var review = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["response"] = Response(request, verdict),
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(review.ToJsonString(ApiJson.Options), context.RequestAborted);
    }

    private static JsonObject Response(JsonElement request, Verdict verdict)
    {
        var response = new JsonObject { ["uid"] = StoredObject.Text(request, "uid"), ["allowed"] = verdict.IsAllowed };
        if (verdict.Warnings.Count > 0)
        {
            response["warnings"] = new JsonArray([.. verdict.Warnings.Select(static warning => JsonValue.Create(warning))]);
        }

        if (!verdict.IsAllowed)
        {
            var causes = verdict.Errors.Select(static error => new JsonObject
            {
                ["reason"] = "FieldValueInvalid",
                ["field"] = error.Field,
                ["message"] = error.Message,
            });
            response["status"] = new JsonObject
            {
                ["code"] = StatusCodes.Status422UnprocessableEntity,
                ["reason"] = "Invalid",
                ["message"] = string.Join("; ", verdict.Errors),
                ["details"] = new JsonObject { ["causes"] = new JsonArray([.. causes]) },
            };
        }

        return response;
    }

    private static JsonElement Part(JsonElement request, string name) =>
        request.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : JsonElement.Parse("{}");
}
