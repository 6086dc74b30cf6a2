using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>What the calls under /v1/ have in common: bodies without surprises, idempotency keys, names in addresses.</summary>
internal static class V1Request
{
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>Reads a body's fields.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Reads what it knows of; what is left over is refused.</param>
    /// <returns>What was read; null when something was wrong and the answer is written.</returns>
    public static async Task<T?> Read<T>(HttpContext context, Func<BodyFields, T> read)
        where T : class
    {
        using var body = await RequestBody.Read(context);
        if (body is null)
        {
            return null;
        }

        if (body.RootElement.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            await context.WriteErrors(JobReader.NoObject());
            return null;
        }

        var fields = new BodyFields(body.RootElement);
        var values = read(fields);
        fields.RefuseOthers();
        if (fields.Errors.Count == 0)
        {
            return values;
        }

        await context.WriteErrors(fields.Errors);
        return null;
    }

    /// <summary>The request's idempotency key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">What kind of request: each has keys of its own.</param>
    /// <exception cref="TellerException">There is none, or it is not one.</exception>
    public static string Key(HttpContext context, string kind)
    {
        var values = context.Request.Headers[KeyHeader];
        if (values is not [{ } key])
        {
            throw new TellerException(Refusals.NoKey(KeyHeader), field: KeyHeader);
        }

        return TextRule.Problem(key, TextRule.MaxKey) is { } problem
            ? throw new TellerException(RestAnswers.OfField(KeyHeader, problem), field: KeyHeader)
            : $"{kind}/{key}";
    }

    /// <summary>A part of the address.</summary>
    public static string Named(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A uid that is part of the address or the query.</summary>
    /// <exception cref="TellerException">It is none.</exception>
    public static string Uid(string text) => NameRule.IsUid(text) ? text : throw new TellerException(Refusals.BadUid, field: "user");

    /// <summary>A moment in the query; null when it is not there.</summary>
    /// <exception cref="TellerException">It is no moment.</exception>
    public static DateTimeOffset? Moment(HttpContext context, string name)
    {
        if (context.Request.Query[name] is not [{ } text, ..])
        {
            return null;
        }

        return BodyFields.TryTime(text, out var time) ? time : throw new TellerException(Refusals.BadMoment(name), field: name);
    }

    /// <summary>Why something is done, in the query of a request that has no body.</summary>
    /// <exception cref="TellerException">It is not there, once, or is no reason.</exception>
    public static string Reason(HttpContext context)
    {
        if (context.Request.Query["reason"] is not [{ } reason])
        {
            throw new TellerException(Refusals.NoReason, field: "reason");
        }

        return TextRule.Problem(reason, TextRule.MaxReason) is { } problem
            ? throw new TellerException(RestAnswers.OfField("reason", problem), field: "reason")
            : reason;
    }

    /// <summary>Adds an amount's text, or null.</summary>
    public static JsonNode? Text(Terms.ServiceUnits? amount) => amount?.ToString();

    /// <summary>A time's text, or null.</summary>
    public static JsonNode? Text(DateTimeOffset? time) => time is { } value ? StatementFormats.Time(value) : null;
}
