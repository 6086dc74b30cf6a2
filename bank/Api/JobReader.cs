using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>Reads a job record from a request's body (swagger: definitions/Job).</summary>
internal static class JobReader
{
    private const int MaxName = 150;
    private const int MaxUid = 20;
    private const int MaxWord = 50;
    private const int MaxNodeName = 30;

    /// <summary>The record, or messages by field.</summary>
    /// <param name="body">The body.</param>
    /// <param name="cluster">The cluster that sent it; null when it names none.</param>
    public static (JobWrite? Write, JsonObject Errors) Read(JsonElement body, string? cluster = null)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, NoObject());
        }

        var fields = new BodyFields(body);
        var job = new Job
        {
            JobSlurmId = fields.RequiredText("jobslurmid", MaxName) ?? "",
            UserId = fields.RequiredText("userid", MaxUid, isDigits: true) ?? "",
            AccountId = fields.RequiredText("accountid", MaxName) ?? "",
            SubmitDate = fields.Time("submitdate"),
            StartDate = fields.Time("startdate"),
            EndDate = fields.Time("enddate"),
            Amount = fields.Amount("amount"),
            JobStatus = fields.Text("jobstatus", MaxWord),
            Partition = fields.Text("partition", MaxWord),
            Qos = fields.Text("qos", MaxWord),
            Nodes = fields.List("nodes") is { } nodes ? Nodes(nodes, fields) : null,
            NumCpus = fields.Integer("num_cpus"),
            NumReqNodes = fields.Integer("num_req_nodes"),
            NumAllocNodes = fields.Integer("num_alloc_nodes"),
            RawTime = fields.Number("raw_time"),
            CpuTime = fields.Number("cpu_time"),
        };
        return (fields.Errors.Count == 0 ? new JobWrite(job, fields.Seen, cluster) : null, fields.Errors);
    }

    /// <summary>The messages for a body that is no object.</summary>
    public static JsonObject NoObject() => new() { [JobAnswer.NoField] = new JsonArray(ContractAnswers.NoObject) };

    private static List<JobNode> Nodes(JsonElement list, BodyFields fields)
    {
        var nodes = new List<JobNode>();
        var errors = new JsonArray();
        var hasErrors = false;
        foreach (var item in list.EnumerateArray())
        {
            var problem = Name(item, out var name);
            nodes.Add(new JobNode { Name = name });
            errors.Add((JsonNode)(problem is null ? [] : new JsonObject { ["name"] = new JsonArray(problem) }));
            hasErrors |= problem is not null;
        }

        if (hasErrors)
        {
            fields.Errors["nodes"] = errors;
        }

        return nodes;
    }

    private static string? Name(JsonElement node, out string name)
    {
        name = "";
        if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty("name", out var value))
        {
            return ContractAnswers.Required;
        }

        if (value.ValueKind != JsonValueKind.String || BodyFields.TryPlainText(value) is not { } text)
        {
            return ContractAnswers.NoText;
        }

        name = text;
        return string.IsNullOrWhiteSpace(name) ? ContractAnswers.Blank
            : name.Any(char.IsControl) ? RestAnswers.ControlCharacters
            : name.Length > MaxNodeName ? ContractAnswers.TooLong(MaxNodeName)
            : null;
    }
}
