using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Validation;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>
/// Brings the files of a cluster in line with its BankingConfig, in five steps:
/// (1) validate: is it good, and is the cluster its own; (2) resolve references: which Slurm, which pod;
/// (3) render: credentials and files; (4) apply what differs; (5) report: status and events.
/// Each can be done again from the start at any time, and is, whoever died where.
/// </summary>
internal sealed class BankingConfigController(
    ReferenceResolver references,
    CredentialKeeper credentials,
    Applier applier,
    PodAnnotator? pods,
    SidecarWatch sidecars,
    StatusWriter writer,
    OwnedView owned,
    ClusterClaims claims,
    OperatorOptions options,
    TimeProvider time
) : IEntityController
{
    private const int DefaultPort = 9465;

    /// <summary>How soon a reference that leads nowhere is tried again: nobody tells of objects that are not watched.</summary>
    private static readonly TimeSpan ReferenceRetry = TimeSpan.FromMinutes(1);

    /// <summary>How soon a name that somebody else's object has is tried again.</summary>
    private static readonly TimeSpan ForeignRetry = TimeSpan.FromMinutes(1);

    public async Task<ReconciliationResult> ReconcileAsync(StoredObject entity, CancellationToken cancellation)
    {
        var key = entity.Key;
        BankingConfig config;
        try
        {
            config = entity.As<BankingConfig>();
        }
        catch (JsonException e)
        {
            var misfit = Misfit(entity);
            return await ReportAsync(key, misfit, new Report { Errors = [Problem(e)], Hash = PublishedHash(misfit) }, cancellation);
        }

        // A deletion that somebody's finalizer holds up: nothing new is begun.
        if (config.Metadata.DeletionTimestamp is not null)
        {
            sidecars.Set(key, null);
            return new ReconciliationResult("deleting");
        }

        // (1) Validate.
        var reading = SpecRules.Read(config);
        var report = new Report
        {
            Reading = reading,
            Errors = [.. reading.Errors],
            TakenBy = claims.TakenBy(key),
            Hash = PublishedHash(config),
        };
        if (report.Outcome != "done")
        {
            return await ReportAsync(key, config, report with { Observation = sidecars.Of(key) }, cancellation);
        }

        // (2) Resolve references.
        var reference = await references.ResolveAsync(config, cancellation);
        report = report with { Reference = reference };
        var (now, port) = (time.GetUtcNow(), config.Spec.Sidecar?.Port ?? DefaultPort);
        CredentialState state;
        bool isNew;
        try
        {
            // (3) Render: the credentials are written down first, since all that follows must be the same after a crash.
            state = await credentials.AdvanceAsync(config, cancellation);
            var wanted = OwnedObjects
                .Credentials(config, state, now)
                .Concat(OwnedObjects.Files(config, reading.Toml, SiteOf(config, reference, port)));
            if (reference.Selector.Count > 0)
            {
                wanted = wanted.Append(OwnedObjects.Service(config, reference.Selector, port));
            }

            // (4) Apply.
            var written = await Task.WhenAll(wanted.Select(one => applier.EnsureAsync(key, one, cancellation)));
            isNew = Array.Exists(written, static was => was);
        }
        catch (ForeignObjectException e)
        {
            await ReportAsync(key, config, report with { Foreign = e.Message, Observation = sidecars.Of(key) }, cancellation);
            return new ReconciliationResult("conflict", ForeignRetry);
        }
        catch (ApiException e) when (e.RetryAfter is null && e.Code != HttpStatusCode.Conflict)
        {
            // It is tried again; whoever waits for it should know what for.
            await ReportAsync(key, config, report with { Refusal = e.Message, Observation = sidecars.Of(key) }, cancellation);
            throw;
        }

        var hash = HashOf(reading.Toml);
        if (pods is not null && reference.Selector.Count > 0 && (isNew || config.Status?.ConfigHash != hash))
        {
            await pods.StampAsync(key, reference.Selector, hash, cancellation);
        }

        // (5) Report.
        sidecars.Set(key, reference.Selector.Count == 0 ? null : Target(config, state, port, hash, now));
        await ReportAsync(key, config, report with { Hash = hash, Observation = sidecars.Of(key) }, cancellation);
        var due = CredentialPlan.NextChange(state, now) - now;
        return new ReconciliationResult("done", reference.Problem is null || due < ReferenceRetry ? due : ReferenceRetry);
    }

    public Task<ReconciliationResult> DeletedAsync(ObjectKey key, CancellationToken cancellation)
    {
        // Under Delete the garbage collector does the rest; under Retain there is no rest.
        sidecars.Set(key, null);
        return Task.FromResult(new ReconciliationResult("deleted"));
    }

    /// <summary>As the sidecar computes it of the file that it reads.</summary>
    public static string HashOf(string toml) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(toml)));

    private async Task<ReconciliationResult> ReportAsync(ObjectKey key, BankingConfig config, Report report, CancellationToken cancellation)
    {
        await writer.WriteAsync(key, config, report.Status(config, time.GetUtcNow()), cancellation);
        return new ReconciliationResult(report.Outcome);
    }

    // What the sidecar should have while the object is bad: whatever was published last.
    private string? PublishedHash(BankingConfig config)
    {
        var published = new ObjectKey(config.Metadata.NamespaceProperty, OwnedNames.BankConfig(config.Metadata.Name));
        return
            owned.Find(Resource.ConfigMaps, published)?.Parse() is { } map
            && Applier.OwnerOf(map) == config.Metadata.Name
            && map.TryGetProperty("data", out var data)
            && StoredObject.Text(data, BankConfigToml.Key) is { } toml
            ? HashOf(toml)
            : null;
    }

    private Site SiteOf(BankingConfig config, ControllerReference reference, int port) =>
        new()
        {
            Namespace = config.Metadata.NamespaceProperty,
            Name = config.Metadata.Name,
            Cluster = BankConfigToml.Cluster(config),
            Image = options.Image,
            Token = BankConfigToml.BankToken(config.Spec.Api),
            BankCa = BankConfigToml.BankCa(config.Spec.Api),
            Port = port,
            SlurmName = reference.SlurmName,
            SlurmImage = reference.SlurmImage,
        };

    private static SidecarTarget Target(BankingConfig config, CredentialState state, int port, string hash, DateTimeOffset now) =>
        new(
            OwnedObjects.ServiceNames(config)[0],
            port,
            string.Concat(state.Authorities.Select(static authority => authority.Value.Certificate)),
            Rotation.Presented(state.LoginTokens, now).Value,
            hash
        );

    /// <summary>As much of an object that does not fit its type as its report needs.</summary>
    private static BankingConfig Misfit(StoredObject entity)
    {
        var json = entity.Parse();
        var metadata = json.GetProperty("metadata").Deserialize(ApiJson.Of<k8s.Models.V1ObjectMeta>())!;
        var status = json.TryGetProperty("status", out var given) ? given : default;
        try
        {
            return new BankingConfig
            {
                Metadata = metadata,
                Status = status.ValueKind == JsonValueKind.Object ? status.Deserialize(ApiJson.Of<BankingConfigStatus>()) : null,
            };
        }
        catch (JsonException)
        {
            return new BankingConfig { Metadata = metadata };
        }
    }

    /// <summary>"$.spec.policy.cachedFor" becomes the field, and what .NET says of its own types is left out.</summary>
    internal static FieldProblem Problem(JsonException e)
    {
        var path = (e.Path ?? "$")
            .TrimStart('$')
            .TrimStart('.')
            .Replace("['", "[", StringComparison.Ordinal)
            .Replace("']", "]", StringComparison.Ordinal);
        return new FieldProblem(path.Length == 0 ? "spec" : path, Admission.WrongType, IsError: true);
    }
}
