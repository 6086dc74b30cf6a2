using System.Text.RegularExpressions;
using SlurmBanking.BankConfig;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Operator.Validation;

/// <summary>
/// What makes a BankingConfig good: that the sidecar's own reader takes the file that it renders to, and a few rules about what
/// Kubernetes adds. One implementation, for the webhook and for the status; no file is published that the reader refuses.
/// </summary>
internal static partial class SpecRules
{
    /// <summary>The Service's name, which the object's is a part of, is a DNS label of 63 characters.</summary>
    private const int LongestName = 63 - 8;

    public static SpecReading Read(BankingConfig config)
    {
        var file = BankConfigToml.Render(config);
        var reading = BankConfigReader.Read(file.Text, BankConfigToml.Key);
        List<FieldProblem> problems = [.. reading.Problems.Select(problem => InFields(problem, file)), .. OfKubernetes(config)];
        if (reading.Settings is { } settings)
        {
            problems.AddRange(Doubts(config, settings));
        }

        // What the file's reader says of a missing address is said of the field already.
        problems = [.. problems.DistinctBy(static problem => (problem.Field, problem.Message))];
        return new SpecReading(problems.Exists(static problem => problem.IsError) ? null : reading.Settings, file.Text, problems);
    }

    private static FieldProblem InFields(ConfigProblem problem, TomlFile file)
    {
        // Without a place it is a key that is missing: the only one that can be is the bank's address.
        if (problem.Line == 0)
        {
            return new FieldProblem("spec.api.url", Admission.NoAddress, problem.IsError);
        }

        // "Policy.cached_for must lie between ...": the field's own path stands in front instead.
        var field = file.FieldOf(problem.Line);
        return new FieldProblem(field, TomlName().Replace(problem.Text, "").TrimStart(':', ' '), problem.IsError);
    }

    private static IEnumerable<FieldProblem> OfKubernetes(BankingConfig config)
    {
        var (name, spec) = (config.Metadata.Name ?? "", config.Spec);
        if (name.Length > LongestName || !DnsLabel().IsMatch(name))
        {
            yield return Error("metadata.name", Admission.BadName(LongestName));
        }

        if (string.IsNullOrEmpty(spec.Api?.TokenSecretRef?.Name))
        {
            yield return Error("spec.api.tokenSecretRef.name", Admission.NoTokenSecret);
        }

        if (spec.Api?.CaSecretRef is { } ca && string.IsNullOrEmpty(ca.Name))
        {
            yield return Error("spec.api.caSecretRef.name", Admission.NoCaSecret);
        }

        foreach (var (field, reference) in new[] { ("tokenSecretRef", spec.Api?.TokenSecretRef), ("caSecretRef", spec.Api?.CaSecretRef) })
        {
            if (reference?.Name is { Length: > 0 } secret && !DnsSubdomain().IsMatch(secret))
            {
                yield return Error($"spec.api.{field}.name", Admission.BadSecretName);
            }

            if (reference?.Key is { } key && (!SecretKey().IsMatch(key) || key is "." or ".."))
            {
                yield return Error($"spec.api.{field}.key", Admission.BadSecretKey);
            }
        }

        if (!ClusterName().IsMatch(BankConfigToml.Cluster(config)))
        {
            yield return Error("spec.sidecar.cluster", Admission.BadCluster);
        }

        if (spec.Sidecar?.Port is { } port and (< 1024 or > 65535))
        {
            yield return Error("spec.sidecar.port", Admission.BadPort(port));
        }

        foreach (var (label, value) in spec.Sidecar?.Selector ?? new Dictionary<string, string>())
        {
            if (!LabelKey().IsMatch(label) || !LabelValue().IsMatch(value ?? ""))
            {
                yield return Error($"spec.sidecar.selector[{label}]", Admission.BadLabel);
            }
        }

        if (spec.DeletionPolicy is { } deletion and not ("Retain" or "Delete"))
        {
            yield return Error("spec.deletionPolicy", Admission.BadDeletionPolicy(deletion));
        }

        if (spec.Slurm is { Slinky: not null, Soperator: not null })
        {
            yield return Error("spec.slurm.soperator", Admission.TwoOperators);
        }

        if (spec.Slurm?.Slinky is { } slinky && !ObjectName().IsMatch(slinky.ControllerRef?.Name ?? ""))
        {
            yield return Error("spec.slurm.slinky.controllerRef.name", Admission.NoController);
        }

        if (spec.Slurm?.Soperator is { } soperator && !ObjectName().IsMatch(soperator.SlurmClusterRef?.Name ?? ""))
        {
            yield return Error("spec.slurm.soperator.slurmClusterRef.name", Admission.NoSlurmCluster);
        }
    }

    private static IEnumerable<FieldProblem> Doubts(BankingConfig config, BankSettings settings)
    {
        if (settings.Api.Url.Scheme == Uri.UriSchemeHttp)
        {
            yield return Warning("spec.api.url", Admission.Unprotected);
        }

        foreach (var partition in settings.PartitionPrices.Where(static pair => pair.Value == 0).Select(static pair => pair.Key))
        {
            yield return Warning($"spec.partitionPrices[{partition}]", Admission.FreePartition);
        }

        foreach (var qos in settings.QosMultipliers.Where(static pair => pair.Value == 0).Select(static pair => pair.Key))
        {
            yield return Warning($"spec.qosMultipliers[{qos}]", Admission.FreeQos);
        }

        if (
            config.Spec.Sidecar?.Selector is not { Count: > 0 }
            && config.Spec.Slurm is not ({ Slinky: not null } or { Soperator: not null })
        )
        {
            yield return Warning("spec.slurm", Admission.NoSlurm);
        }

        if (config.Status?.Partitions is not { Count: > 0 } known)
        {
            yield break;
        }

        foreach (var partition in Unpriced(known, settings))
        {
            var effect = settings.PolicyFor(partition).RefuseUnpricedPartition ? Admission.Refused : Admission.Free;
            yield return Warning($"spec.partitionPrices[{partition}]", Admission.NoPrice(effect));
        }

        foreach (var partition in settings.PartitionPrices.Keys.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            yield return Warning($"spec.partitionPrices[{partition}]", Admission.NoSuchPartition);
        }
    }

    /// <summary>Partitions without any price, in order of their names.</summary>
    public static IEnumerable<string> Unpriced(IEnumerable<string> partitions, BankSettings settings) =>
        partitions
            .Where(name => !settings.PartitionPrices.ContainsKey(name) && !settings.TresPrices.ContainsKey(name))
            .Order(StringComparer.Ordinal);

    private static FieldProblem Error(string field, string message) => new(field, message, IsError: true);

    private static FieldProblem Warning(string field, string message) => new(field, message, IsError: false);

    [GeneratedRegex(
        @"^(PartitionPrice|TresPrice|QosMultiplier|API|Policy|Sidecar|Enable)\..*?(?= must | has |: )",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TomlName();

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabel();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsSubdomain();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ObjectName();

    // A prefix that is a DNS subdomain, a slash, and a name; or the name alone.
    [GeneratedRegex(
        @"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"^([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValue();

    [GeneratedRegex("^[-._a-zA-Z0-9]{1,253}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretKey();

    [GeneratedRegex("^[A-Za-z0-9]([-_A-Za-z0-9]{0,62}[A-Za-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClusterName();
}
