using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace SlurmBanking.Operator.Api;

/// <summary>A BankingConfig of banking.slurm.dev/v1alpha1, as spec/crd/bankingconfigs.yaml describes it.</summary>
internal sealed record BankingConfig : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The API group.</summary>
    public const string Group = "banking.slurm.dev";

    /// <summary>The version that is served and stored.</summary>
    public const string Version = "v1alpha1";

    /// <summary>"banking.slurm.dev/v1alpha1".</summary>
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = $"{Group}/{Version}";

    /// <summary>"BankingConfig".</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = nameof(BankingConfig);

    /// <summary>Name, namespace, generation.</summary>
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What is wanted.</summary>
    public BankingConfigSpec Spec { get; init; } = new();

    /// <summary>What is; null before the first report.</summary>
    public BankingConfigStatus? Status { get; init; }
}
