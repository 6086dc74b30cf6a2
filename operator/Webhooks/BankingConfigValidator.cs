using System.Net.Http;
using System.Text.Json;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Reconciliation;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Validation;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>Judges a BankingConfig by the rules that the reconciler has too, and says what a deletion would do.</summary>
internal sealed class BankingConfigValidator(ApiServer api)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Verdict Create(JsonElement wanted) => Judge(wanted);

    /// <summary>A change of labels or finalizers must not fail over a spec that was bad before.</summary>
    public static Verdict Update(JsonElement known, JsonElement wanted) =>
        known.TryGetProperty("spec", out var before)
        && wanted.TryGetProperty("spec", out var after)
        && JsonElement.DeepEquals(before, after)
            ? Verdict.Allowed
            : Judge(wanted);

    /// <summary>Never refused: a namespace must be deletable. Whoever deletes hears which pods still mount what was rendered.</summary>
    public async Task<Verdict> DeleteAsync(JsonElement known, CancellationToken cancellation)
    {
        if (!known.TryGetProperty("metadata", out var metadata) || StoredObject.Text(metadata, "name") is not { } name)
        {
            return Verdict.Allowed;
        }

        var isKept = !(known.TryGetProperty("spec", out var spec) && StoredObject.Text(spec, "deletionPolicy") == "Delete");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            var pods = await api.ListAsync(Resource.Pods, StoredObject.Text(metadata, "namespace") ?? "", "", deadline.Token);
            string[] names =
            [
                OwnedNames.BankConfig(name),
                OwnedNames.Slurm(name),
                OwnedNames.ControllerCredentials(name),
                OwnedNames.NodeCredentials(name),
            ];
            var users = pods
                .Items.Where(pod => Mounts(pod.Parse(), names))
                .Select(static pod => pod.Key.Name)
                .Order(StringComparer.Ordinal)
                .ToList();
            var effect = isKept ? Admission.StaysMounted : Admission.GoesAway;
            return users.Count == 0
                ? Verdict.Allowed
                : new Verdict([], [Admission.InUse(users.Count, string.Join(", ", users.Take(5)), effect)]);
        }
        catch (Exception e)
            when (e is ApiException or HttpRequestException or TimeoutException or IOException or OperationCanceledException)
        {
            return Verdict.Allowed;
        }
    }

    private static Verdict Judge(JsonElement wanted)
    {
        BankingConfig config;
        try
        {
            config = wanted.Deserialize(ApiJson.Of<BankingConfig>()) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            return new Verdict([BankingConfigController.Problem(e)], []);
        }

        var reading = SpecRules.Read(config);
        return new Verdict([.. reading.Errors], [.. reading.Warnings.Select(static warning => warning.ToString())]);
    }

    private static bool Mounts(JsonElement pod, string[] names) =>
        pod.TryGetProperty("spec", out var spec)
        && spec.TryGetProperty("volumes", out var volumes)
        && volumes.EnumerateArray().Any(volume => names.Any(name => Refers(volume, name)));

    private static bool Refers(JsonElement volume, string name) =>
        (volume.TryGetProperty("configMap", out var map) && StoredObject.Text(map, "name") == name)
        || (volume.TryGetProperty("secret", out var secret) && StoredObject.Text(secret, "secretName") == name)
        || (
            volume.TryGetProperty("projected", out var projected)
            && projected.TryGetProperty("sources", out var sources)
            && sources
                .EnumerateArray()
                .Any(source =>
                    (source.TryGetProperty("configMap", out var one) && StoredObject.Text(one, "name") == name)
                    || (source.TryGetProperty("secret", out var other) && StoredObject.Text(other, "name") == name)
                )
        );
}
