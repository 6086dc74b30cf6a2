using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>Which BankingConfig a cluster belongs to: of those in one namespace that name the same one, the oldest.</summary>
internal sealed class ClusterClaims
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, Claim> _claims = [];
    private readonly Dictionary<(string Namespace, string Identity), SortedSet<(DateTime Created, string Name)>> _claimants = [];

    /// <summary>Notes what a BankingConfig claims.</summary>
    /// <returns>Others whose case this changes.</returns>
    public IReadOnlyCollection<ObjectKey> Set(ObjectKey key, BankingConfig? config)
    {
        lock (_gate)
        {
            var next = config is null ? null : new Claim(config.Metadata.CreationTimestamp ?? default, IdentitiesOf(config));
            var known = _claims.GetValueOrDefault(key);
            if (known is null ? next is null : next is not null && known.IsSameAs(next))
            {
                return [];
            }

            var others = new HashSet<ObjectKey>();
            foreach (var identity in known?.Identities ?? [])
            {
                var claimants = _claimants[(key.Namespace, identity)];
                claimants.Remove((known!.Created, key.Name));
                if (claimants.Count == 0)
                {
                    _claimants.Remove((key.Namespace, identity));
                }

                others.UnionWith(claimants.Select(other => new ObjectKey(key.Namespace, other.Name)));
            }

            _claims.Remove(key);
            if (next is not null)
            {
                _claims[key] = next;
                foreach (var identity in next.Identities)
                {
                    if (!_claimants.TryGetValue((key.Namespace, identity), out var claimants))
                    {
                        _claimants[(key.Namespace, identity)] = claimants = [];
                    }

                    others.UnionWith(claimants.Select(other => new ObjectKey(key.Namespace, other.Name)));
                    claimants.Add((next.Created, key.Name));
                }
            }

            return others;
        }
    }

    /// <returns>Name of the older BankingConfig that has the same cluster; null when there is none.</returns>
    public string? TakenBy(ObjectKey key)
    {
        lock (_gate)
        {
            return _claims
                .GetValueOrDefault(key)
                ?.Identities.Select(identity => _claimants[(key.Namespace, identity)].Min.Name)
                .FirstOrDefault(name => name != key.Name);
        }
    }

    private static IReadOnlyList<string> IdentitiesOf(BankingConfig config) =>
        [
            .. new[]
            {
                config.Spec.Slurm?.Slinky?.ControllerRef?.Name is { } controller ? $"slinky:{controller}" : "",
                config.Spec.Slurm?.Soperator?.SlurmClusterRef?.Name is { } cluster ? $"soperator:{cluster}" : "",
                $"cluster:{BankConfigToml.Cluster(config)}",
            }.Where(static identity => identity.Length > 0),
        ];

    private sealed record Claim(DateTime Created, IReadOnlyList<string> Identities)
    {
        public bool IsSameAs(Claim other) => Created == other.Created && Identities.SequenceEqual(other.Identities);
    }
}
