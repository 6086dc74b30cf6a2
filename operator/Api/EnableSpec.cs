namespace SlurmBanking.Operator.Api;

/// <summary>[Enable]: which hooks act.</summary>
internal sealed record EnableSpec
{
    /// <summary>enable_job_submit_plugin.</summary>
    public bool? EnableJobSubmitPlugin { get; init; }

    /// <summary>enable_spank_plugin.</summary>
    public bool? EnableSpankPlugin { get; init; }

    /// <summary>enable_job_complete_plugin.</summary>
    public bool? EnableJobCompletePlugin { get; init; }
}
