using System.Globalization;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Validation;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>What a reconciliation came to, and the status that says so.</summary>
internal sealed record Report
{
    /// <summary>More than these are counted, not listed: a status is read by people.</summary>
    private const int MostListed = 8;

    private const string NotAsked = "NotAsked";
    private const string NotRendered = "NotRendered";

    /// <summary>What was made of the spec; null when it does not fit its type.</summary>
    public SpecReading? Reading { get; init; }

    /// <summary>What is wrong with the spec; empty when it is good.</summary>
    public IReadOnlyList<FieldProblem> Errors { get; init; } = [];

    /// <summary>Name of the BankingConfig that has the same cluster; null when there is none.</summary>
    public string? TakenBy { get; init; }

    /// <summary>Which object of somebody else's is in the way; null when none is.</summary>
    public string? Foreign { get; init; }

    /// <summary>What the API server said when it took an object not; null when it took all.</summary>
    public string? Refusal { get; init; }

    /// <summary>The references; null where it did not come to that.</summary>
    public ControllerReference? Reference { get; init; }

    /// <summary>Hash of the file that is in the ConfigMap; null when there is none.</summary>
    public string? Hash { get; init; }

    /// <summary>What the controller's sidecar last said.</summary>
    public Observation Observation { get; init; } = Observation.None;

    /// <summary>A word for the metrics.</summary>
    public string Outcome =>
        Errors.Count > 0 ? "invalid"
        : TakenBy is not null || Foreign is not null ? "conflict"
        : "done";

    private bool IsRendered => Errors.Count == 0 && TakenBy is null && Foreign is null && Refusal is null;

    private StatusReply? Said => Observation.Status;

    /// <summary>The whole status.</summary>
    /// <param name="config">Whose; its old status tells since when things are as they are.</param>
    /// <param name="now">The time.</param>
    public BankingConfigStatus Status(BankingConfig config, DateTimeOffset now)
    {
        var generation = config.Metadata.Generation;
        List<Condition> conditions =
        [
            Rendered(config),
            Conflict(),
            .. new[] { InForce(), BankReachable(), TokenAccepted(), PartitionsPriced() }.Select(condition => OrAsBefore(condition, config)),
        ];
        conditions.Insert(0, Ready(conditions));
        return new BankingConfigStatus
        {
            ObservedGeneration = generation,
            ConfigHash = Hash,
            Partitions = Said?.View is { Ready: true } view ? [.. view.Partitions] : config.Status?.Partitions,
            Conditions =
            [
                .. conditions.Select(condition =>
                {
                    var before = config.Status?.Conditions?.FirstOrDefault(known => known.Type == condition.Type);
                    return condition with
                    {
                        ObservedGeneration = generation,
                        LastTransitionTime =
                            before?.Status == condition.Status && before.LastTransitionTime is { } since
                                ? since
                                : now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    };
                }),
            ],
        };
    }

    private Condition Rendered(BankingConfig config)
    {
        var kept = Hash is null ? "nothing was rendered" : "the last good configuration stays as it is";
        return this switch
        {
            { Errors.Count: > 0 } => No(ConditionTypes.Rendered, "InvalidSpec", $"{Listed(Errors)}; {kept}"),
            { TakenBy: { } other } => No(ConditionTypes.Rendered, "Conflict", $"BankingConfig {other} has this cluster; {kept}"),
            { Foreign: { } foreign } => No(ConditionTypes.Rendered, "ForeignObject", $"{foreign}; {kept}"),
            { Refusal: { } refusal } => No(ConditionTypes.Rendered, "ApplyFailed", $"{refusal}; it is tried again, and {kept}"),
            _ => Yes(
                ConditionTypes.Rendered,
                "Rendered",
                $"{BankConfigToml.Key} is in ConfigMap {OwnedNames.BankConfig(config.Metadata.Name)}"
            ),
        };
    }

    private Condition Conflict() =>
        this switch
        {
            { TakenBy: { } other } => Yes(
                ConditionTypes.Conflict,
                "ClusterTaken",
                $"BankingConfig {other}, which is older, is for the same cluster: one of the two has to go, or to name another"
            ),
            { Foreign: { } foreign } => Yes(ConditionTypes.Conflict, "ForeignObject", foreign),
            _ => No(ConditionTypes.Conflict, "NoConflict", "no other BankingConfig and no other object is in the way"),
        };

    private Condition InForce()
    {
        if (!IsRendered)
        {
            return No(ConditionTypes.InForce, NotRendered, "this generation of the object was not rendered");
        }

        if (Reference is { Problem: { } problem })
        {
            return Unknown(ConditionTypes.InForce, "ReferenceNotFound", problem);
        }

        if (Reference is { Selector.Count: 0 })
        {
            return Unknown(
                ConditionTypes.InForce,
                "NoReference",
                "spec.slurm: without a reference, or spec.sidecar.selector, the controller's sidecar can't be asked"
            );
        }

        if (Said is null)
        {
            return Unasked(ConditionTypes.InForce);
        }

        if (Said.Configuration?.Hash == Hash)
        {
            return Yes(ConditionTypes.InForce, "InForce", "the controller's sidecar acts on this configuration");
        }

        return Said.Configuration is { Degraded: true, Problems: { Count: > 0 } problems }
            ? No(
                ConditionTypes.InForce,
                "Rejected",
                $"the controller's sidecar does not take its file: {string.Join("; ", problems.Take(MostListed))}"
            )
            : No(
                ConditionTypes.InForce,
                "Underway",
                "the controller's sidecar acts on another configuration; the kubelet brings the new one within 90 s"
            );
    }

    private Condition BankReachable() =>
        Said?.Bank?.State switch
        {
            null => Unasked(ConditionTypes.BankReachable),
            BankStatus.Types.State.Reachable => Yes(ConditionTypes.BankReachable, "Reachable", $"{Said.Bank.Url} answers"),
            BankStatus.Types.State.TokenRefused => Yes(
                ConditionTypes.BankReachable,
                "Reachable",
                $"{Said.Bank.Url} answers, but refuses the token"
            ),
            BankStatus.Types.State.Unreachable => No(
                ConditionTypes.BankReachable,
                "Unreachable",
                $"{Said.Bank.Url} does not answer: submissions follow spec.policy.whenBankUnavailable, and nothing is lost"
            ),
            _ => Unknown(ConditionTypes.BankReachable, NotAsked, "the sidecar has had nothing to ask the bank yet"),
        };

    private Condition TokenAccepted() =>
        Said?.Bank?.State switch
        {
            null => Unasked(ConditionTypes.TokenAccepted),
            BankStatus.Types.State.Reachable => Yes(ConditionTypes.TokenAccepted, "Accepted", "the bank takes the token"),
            BankStatus.Types.State.TokenRefused => No(
                ConditionTypes.TokenAccepted,
                "Refused",
                "the bank refuses the token of spec.api.tokenSecretRef: nothing is delivered until it changes, and nothing is lost"
            ),
            _ => Unknown(ConditionTypes.TokenAccepted, "BankNotReached", "the bank has not answered"),
        };

    private Condition PartitionsPriced()
    {
        if (Said is null)
        {
            return Unasked(ConditionTypes.PartitionsPriced);
        }

        if (Said.View is not { Ready: true } view)
        {
            return Unknown(ConditionTypes.PartitionsPriced, "ClusterNotSeen", "the sidecar does not know the cluster's partitions yet");
        }

        var (count, first) = (view.UnpricedPartitions.Count, string.Join(", ", view.UnpricedPartitions.Take(MostListed)));
        return count == 0
            ? Yes(ConditionTypes.PartitionsPriced, "Priced", "every partition has a price")
            : No(ConditionTypes.PartitionsPriced, "Unpriced", $"spec.partitionPrices: no price for {first}{More(count)}");
    }

    // The first that fails is the reason; prices that are missing are a choice that a site may make.
    private static Condition Ready(IEnumerable<Condition> conditions)
    {
        foreach (var condition in conditions)
        {
            var isGood = condition.Type == ConditionTypes.Conflict ? condition.Status == "False" : condition.Status == "True";
            if (!isGood && condition.Type != ConditionTypes.PartitionsPriced)
            {
                return condition with { Type = ConditionTypes.Ready, Status = condition.Status == "Unknown" ? "Unknown" : "False" };
            }
        }

        return Yes(ConditionTypes.Ready, "Ready", "rendered, in force, and the bank answers");
    }

    // An operator that has just begun knows less than the one before it: what that one heard stays until it has asked itself.
    private Condition OrAsBefore(Condition condition, BankingConfig config) =>
        condition.Reason == NotAsked
        && Said is null
        && config.Status is { } status
        && status.ConfigHash == Hash
        && status.Conditions?.FirstOrDefault(known => known.Type == condition.Type) is { } before
        && before.Reason != NotRendered
        && before.ObservedGeneration == config.Metadata.Generation
            ? before
            : condition;

    private Condition Unasked(string type) =>
        Observation.Problem.Length == 0
            ? Unknown(type, NotAsked, "the controller's sidecar has not been asked yet")
            : Unknown(type, "SidecarUnreachable", $"the controller's sidecar can't be asked: {Observation.Problem}");

    private static string Listed(IReadOnlyList<FieldProblem> problems) =>
        string.Join("; ", problems.Take(MostListed)) + More(problems.Count);

    private static string More(int count) => count > MostListed ? $", and {count - MostListed} more" : "";

    private static Condition Yes(string type, string reason, string message) => Make(type, "True", reason, message);

    private static Condition No(string type, string reason, string message) => Make(type, "False", reason, message);

    private static Condition Unknown(string type, string reason, string message) => Make(type, "Unknown", reason, message);

    private static Condition Make(string type, string status, string reason, string message) =>
        new()
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
        };
}
