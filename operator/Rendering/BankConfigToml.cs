using SlurmBanking.Operator.Api;

namespace SlurmBanking.Operator.Rendering;

/// <summary>bank-config.toml from a BankingConfig: the same object, the same bytes. It checks nothing: the file's reader does.</summary>
internal static class BankConfigToml
{
    /// <summary>The key in ConfigMap <see cref="OwnedNames.BankConfig"/>.</summary>
    public const string Key = "bank-config.toml";

    public static TomlFile Render(BankingConfig config)
    {
        var (spec, file) = (config.Spec, new TomlFile());
        file.Comment($"Rendered from BankingConfig {config.Metadata.NamespaceProperty}/{config.Metadata.Name}; an edit here is undone.");
        Enable(file, spec.Enable);
        Prices(file, "spec.partitionPrices", ["PartitionPrice"], spec.PartitionPrices);
        foreach (var (partition, prices) in InOrder(spec.TresPrices))
        {
            Prices(file, $"spec.tresPrices[{partition}]", ["TresPrice", partition], prices);
        }

        Prices(file, "spec.qosMultipliers", ["QosMultiplier"], spec.QosMultipliers);
        Api(file, spec.Api);
        Policy(file, spec.Policy);
        Sidecar(file, config);
        return file;
    }

    private static void Enable(TomlFile file, EnableSpec? enable)
    {
        if (enable is null)
        {
            return;
        }

        file.Section("spec.enable", "Enable");
        file.Flag("spec.enable.enableJobSubmitPlugin", "enable_job_submit_plugin", enable.EnableJobSubmitPlugin);
        file.Flag("spec.enable.enableSpankPlugin", "enable_spank_plugin", enable.EnableSpankPlugin);
        file.Flag("spec.enable.enableJobCompletePlugin", "enable_job_complete_plugin", enable.EnableJobCompletePlugin);
    }

    private static void Prices(TomlFile file, string field, string[] section, IReadOnlyDictionary<string, DecimalText>? prices)
    {
        if (prices is not { Count: > 0 })
        {
            return;
        }

        file.Section(field, section);
        foreach (var (name, price) in InOrder(prices))
        {
            file.Number($"{field}[{name}]", name, price.Text ?? "");
        }
    }

    private static void Api(TomlFile file, ApiSpec? api)
    {
        if (api is null)
        {
            return;
        }

        file.Section("spec.api", "API");
        file.String("spec.api.url", "url", api.Url);
        file.String("spec.api.tokenSecretRef", "token_file", $"{MountPaths.BankToken}/{BankToken(api).Key}");
        if (BankCa(api) is var (_, key))
        {
            file.String("spec.api.caSecretRef", "ca_file", $"{MountPaths.BankCa}/{key}");
        }

        file.String("spec.api.timeout", "timeout", api.Timeout);
    }

    /// <summary>The Secret with the bank's token, with the default key filled in.</summary>
    public static (string Name, string Key) BankToken(ApiSpec? api) =>
        (api?.TokenSecretRef?.Name ?? "", api?.TokenSecretRef?.Key ?? "token");

    /// <summary>The Secret with the bank's CAs, with the default key filled in; null when none is named.</summary>
    public static (string Name, string Key)? BankCa(ApiSpec? api) =>
        api?.CaSecretRef is { Name: { } name } ca ? (name, ca.Key ?? "ca.crt") : null;

    private static void Policy(TomlFile file, PolicySpec? policy)
    {
        if (policy is null)
        {
            return;
        }

        file.Section("spec.policy", "Policy");
        file.String("spec.policy.whenSidecarUnavailable", "when_sidecar_unavailable", policy.WhenSidecarUnavailable);
        PolicyKeys(file, "spec.policy", policy);
        foreach (var (partition, own) in InOrder(policy.Partitions).Where(static pair => pair.Value is not null))
        {
            var field = $"spec.policy.partitions[{partition}]";
            file.Section(field, "Policy", "Partition", partition);
            PolicyKeys(file, field, own);
        }
    }

    private static void PolicyKeys(TomlFile file, string field, PartitionPolicySpec policy)
    {
        file.String($"{field}.mode", "mode", policy.Mode);
        file.String($"{field}.whenBankUnavailable", "when_bank_unavailable", policy.WhenBankUnavailable);
        file.String($"{field}.cachedFor", "cached_for", policy.CachedFor);
        file.String($"{field}.unpricedPartition", "unpriced_partition", policy.UnpricedPartition);
        file.String($"{field}.missingTimeLimit", "missing_time_limit", policy.MissingTimeLimit);
        file.String($"{field}.assumedTimeLimit", "assumed_time_limit", policy.AssumedTimeLimit);
        file.String($"{field}.defaultAccount", "default_account", policy.DefaultAccount);
        file.Strings($"{field}.refundStates", "refund_states", policy.RefundStates);
    }

    private static void Sidecar(TomlFile file, BankingConfig config)
    {
        var sidecar = config.Spec.Sidecar;
        file.Section("spec.sidecar", "Sidecar");
        file.String("spec.sidecar.cluster", "cluster", Cluster(config));
        file.String("spec.sidecar.jobIdFormat", "job_id_format", sidecar?.JobIdFormat);
        file.String("spec.sidecar.decisionDeadline", "decision_deadline", sidecar?.DecisionDeadline);
        file.String("spec.sidecar.balanceTtl", "balance_ttl", sidecar?.BalanceTtl);
    }

    /// <summary>The cluster's name: the object's own unless another is given.</summary>
    public static string Cluster(BankingConfig config) => config.Spec.Sidecar?.Cluster ?? config.Metadata.Name ?? "";

    private static IEnumerable<KeyValuePair<string, T>> InOrder<T>(IReadOnlyDictionary<string, T>? map) =>
        (map ?? new Dictionary<string, T>()).OrderBy(static pair => pair.Key, StringComparer.Ordinal);
}
