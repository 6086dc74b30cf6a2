namespace SlurmBanking.Operator.Api;

/// <summary>A metav1.Condition.</summary>
internal sealed record Condition
{
    /// <summary>One of <see cref="ConditionTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>"True", "False" or "Unknown".</summary>
    public required string Status { get; init; }

    /// <summary>A word in CamelCase for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>A sentence for people; names the field where one is at fault. Never empty, never with a secret.</summary>
    public required string Message { get; init; }

    /// <summary>When <see cref="Status"/> last changed, RFC 3339, whole seconds.</summary>
    public string? LastTransitionTime { get; init; }

    /// <summary>The generation that it speaks of.</summary>
    public long? ObservedGeneration { get; init; }
}
