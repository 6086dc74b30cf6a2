using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SlurmBanking.Terms;

namespace SlurmBanking.BankApi;

/// <summary>
/// A job as the bank knows it (swagger: definitions/Job). Null means "not said": it is left out when writing. The two properties
/// that carry a <see cref="JsonIgnoreAttribute"/> are those for which the contract refuses an explicit null.
/// </summary>
public sealed record Job
{
    /// <summary>The job's id at the bank, 1 to 150 characters, without "/" and ".".</summary>
    [JsonPropertyName("jobslurmid")]
    [StringLength(150, MinimumLength = 1)]
    public required string JobSlurmId { get; init; }

    /// <summary>When the job was submitted.</summary>
    [JsonPropertyName("submitdate")]
    public DateTimeOffset? SubmitDate { get; init; }

    /// <summary>When the job started.</summary>
    [JsonPropertyName("startdate")]
    public DateTimeOffset? StartDate { get; init; }

    /// <summary>When the job ended, or is expected to end.</summary>
    [JsonPropertyName("enddate")]
    public DateTimeOffset? EndDate { get; init; }

    /// <summary>The user's uid on the cluster, digits.</summary>
    [JsonPropertyName("userid")]
    [StringLength(int.MaxValue, MinimumLength = 1)]
    public required string UserId { get; init; }

    /// <summary>The name of the account that pays.</summary>
    [JsonPropertyName("accountid")]
    [StringLength(int.MaxValue, MinimumLength = 1)]
    public required string AccountId { get; init; }

    /// <summary>Service units, from 0 to 999999999.99; what the bank stores for a new job without one is 0.00.</summary>
    [JsonPropertyName("amount")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ServiceUnits? Amount { get; init; }

    /// <summary>Slurm's word for the job's state, at most 50 characters.</summary>
    [JsonPropertyName("jobstatus")]
    [StringLength(50)]
    public string? JobStatus { get; init; }

    /// <summary>The partition that ran the job, at most 50 characters.</summary>
    [JsonPropertyName("partition")]
    [StringLength(50)]
    public string? Partition { get; init; }

    /// <summary>The job's quality of service, at most 50 characters.</summary>
    [JsonPropertyName("qos")]
    [StringLength(50)]
    public string? Qos { get; init; }

    /// <summary>The nodes that ran the job.</summary>
    [JsonPropertyName("nodes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JobNode>? Nodes { get; init; }

    /// <summary>CPUs allocated.</summary>
    [JsonPropertyName("num_cpus")]
    public int? NumCpus { get; init; }

    /// <summary>Nodes asked for.</summary>
    [JsonPropertyName("num_req_nodes")]
    public int? NumReqNodes { get; init; }

    /// <summary>Nodes allocated.</summary>
    [JsonPropertyName("num_alloc_nodes")]
    public int? NumAllocNodes { get; init; }

    /// <summary>Hours from start to end.</summary>
    [JsonPropertyName("raw_time")]
    public decimal? RawTime { get; init; }

    /// <summary>CPU-hours.</summary>
    [JsonPropertyName("cpu_time")]
    public decimal? CpuTime { get; init; }
}
