using System.Globalization;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Messages;
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
        var kept = Hash is null ? Conditions.NothingRendered : Conditions.LastGoodStays;
        return this switch
        {
            { Errors.Count: > 0 } => No(ConditionTypes.Rendered, "InvalidSpec", Conditions.NotRendered(Listed(Errors, "; "), kept)),
            { TakenBy: { } other } => No(ConditionTypes.Rendered, "Conflict", Conditions.NotRendered(Conditions.HasCluster(other), kept)),
            { Foreign: { } foreign } => No(ConditionTypes.Rendered, "ForeignObject", Conditions.NotRendered(foreign, kept)),
            { Refusal: { } refusal } => No(ConditionTypes.Rendered, "ApplyFailed", Conditions.ApplyFailed(refusal, kept)),
            _ => Yes(
                ConditionTypes.Rendered,
                "Rendered",
                Conditions.Rendered(BankConfigToml.Key, OwnedNames.BankConfig(config.Metadata.Name))
            ),
        };
    }

    private Condition Conflict() =>
        this switch
        {
            { TakenBy: { } other } => Yes(ConditionTypes.Conflict, "ClusterTaken", Conditions.ClusterTaken(other)),
            { Foreign: { } foreign } => Yes(ConditionTypes.Conflict, "ForeignObject", foreign),
            _ => No(ConditionTypes.Conflict, "NoConflict", Conditions.NoConflict),
        };

    private Condition InForce()
    {
        if (!IsRendered)
        {
            return No(ConditionTypes.InForce, NotRendered, Conditions.NotInForce);
        }

        if (Reference is { Problem: { } problem })
        {
            return Unknown(ConditionTypes.InForce, "ReferenceNotFound", problem);
        }

        if (Reference is { Selector.Count: 0 })
        {
            return Unknown(ConditionTypes.InForce, "NoReference", Conditions.NoReference);
        }

        if (Said is null)
        {
            return Unasked(ConditionTypes.InForce);
        }

        if (Said.Configuration?.Hash == Hash)
        {
            return Yes(ConditionTypes.InForce, "InForce", Conditions.InForce);
        }

        return Said.Configuration is { Degraded: true, Problems: { Count: > 0 } problems }
            ? No(ConditionTypes.InForce, "Rejected", Conditions.Rejected(string.Join("; ", problems.Take(MostListed))))
            : No(ConditionTypes.InForce, "Underway", Conditions.Underway);
    }

    private Condition BankReachable() =>
        Said?.Bank?.State switch
        {
            null => Unasked(ConditionTypes.BankReachable),
            BankStatus.Types.State.Reachable => Yes(ConditionTypes.BankReachable, "Reachable", Conditions.BankAnswers(Said.Bank.Url)),
            BankStatus.Types.State.TokenRefused => Yes(ConditionTypes.BankReachable, "Reachable", Conditions.BankRefuses(Said.Bank.Url)),
            BankStatus.Types.State.Unreachable => No(
                ConditionTypes.BankReachable,
                "Unreachable",
                Conditions.BankUnreachable(Said.Bank.Url)
            ),
            _ => Unknown(ConditionTypes.BankReachable, NotAsked, Conditions.NothingAsked),
        };

    private Condition TokenAccepted() =>
        Said?.Bank?.State switch
        {
            null => Unasked(ConditionTypes.TokenAccepted),
            BankStatus.Types.State.Reachable => Yes(ConditionTypes.TokenAccepted, "Accepted", Conditions.TokenAccepted),
            BankStatus.Types.State.TokenRefused => No(ConditionTypes.TokenAccepted, "Refused", Conditions.TokenRefused),
            _ => Unknown(ConditionTypes.TokenAccepted, "BankNotReached", Conditions.BankNotReached),
        };

    private Condition PartitionsPriced()
    {
        if (Said is null)
        {
            return Unasked(ConditionTypes.PartitionsPriced);
        }

        if (Said.View is not { Ready: true } view)
        {
            return Unknown(ConditionTypes.PartitionsPriced, "ClusterNotSeen", Conditions.PartitionsUnknown);
        }

        return view.UnpricedPartitions.Count == 0
            ? Yes(ConditionTypes.PartitionsPriced, "Priced", Conditions.Priced)
            : No(ConditionTypes.PartitionsPriced, "Unpriced", Conditions.Unpriced(Listed(view.UnpricedPartitions, ", ")));
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

        return Yes(ConditionTypes.Ready, "Ready", Conditions.Ready);
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
            ? Unknown(type, NotAsked, Conditions.NotAsked)
            : Unknown(type, "SidecarUnreachable", Conditions.NoSidecar(Observation.Problem));

    private static string Listed<T>(IReadOnlyCollection<T> all, string separator)
    {
        var first = string.Join(separator, all.Take(MostListed));
        return all.Count > MostListed ? Conditions.WithMore(first, all.Count - MostListed) : first;
    }

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
