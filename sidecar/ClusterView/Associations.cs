using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>
/// What Slurm takes for a job whose submission names no account, no QOS, or an account of others, where slurmdbd has associations.
/// </summary>
internal sealed class Associations
{
    /// <summary>Of a cluster without slurmdbd: such jobs have no account and no QOS.</summary>
    public static readonly Associations None = new([], []);

    // Slurm's own, for jobs without any other.
    private const string LastQos = "normal";
    private const string Root = "root";

    private readonly Dictionary<uint, SlurmUserRecord> _users;
    private readonly Dictionary<(string User, string Account, string Partition), string> _qos;
    private readonly Dictionary<string, string[]> _accounts;
    private readonly string _otherQos;

    private Associations(IEnumerable<SlurmUserRecord> users, IReadOnlyCollection<Association> associations)
    {
        _users = users.DistinctBy(static user => user.Uid).ToDictionary(static user => user.Uid);
        _qos = associations
            .DistinctBy(static association => (association.User, association.Account, association.Partition))
            .ToDictionary(
                static association => (association.User, association.Account, association.Partition),
                static association => association.DefaultQos
            );
        _accounts = associations
            .GroupBy(static association => association.User, static association => association.Account, StringComparer.Ordinal)
            .ToDictionary(static accounts => accounts.Key, static accounts => accounts.ToArray(), StringComparer.Ordinal);
        var fallback = _qos.GetValueOrDefault(("", Root, ""), "");
        _otherQos =
            fallback.Length > 0 ? fallback
            : _qos.Count > 0 ? LastQos
            : "";
    }

    /// <summary>The users that slurmctld knows from slurmdbd, in no order.</summary>
    public IReadOnlyCollection<SlurmUserRecord> Users => _users.Values;

    /// <summary>The accounts in which a user has an association; none for a user whom slurmdbd does not know.</summary>
    public IReadOnlyList<string> AccountsOf(uint uid) =>
        _users.TryGetValue(uid, out var user) ? [.. _accounts.GetValueOrDefault(user.Name, []).Distinct(StringComparer.Ordinal)] : [];

    public static Associations Of(IEnumerable<SlurmUserRecord> users, IEnumerable<Association> associations) =>
        new(users, [.. associations]);

    /// <summary>The request with what Slurm will take for an account and a QOS that it does not name.</summary>
    /// <param name="request">As it was submitted.</param>
    /// <param name="partition">Where it will run; "" when that is not known.</param>
    public JobRequest Complete(JobRequest request, string partition)
    {
        var user = _users.GetValueOrDefault(request.Uid);
        var account = user is null ? request.Account : AccountOf(user, request.Account);
        var qos = request.Qos.Length > 0 ? request.Qos : QosOf(user?.Name ?? "", account, partition);
        return account == request.Account && qos == request.Qos ? request : request with { Account = account, Qos = qos };
    }

    // Where associations are not enforced, Slurm takes the default account, too, for one in which the user has none. Names of accounts
    // are in small letters there, whatever is typed.
    private string AccountOf(SlurmUserRecord user, string named)
    {
        var isKnown = _accounts.TryGetValue(user.Name, out var accounts);
        foreach (var account in accounts ?? [])
        {
            if (account.Equals(named, StringComparison.OrdinalIgnoreCase))
            {
                return account;
            }
        }

        return (isKnown || named.Length == 0) && user.DefaultAccount.Length > 0 ? user.DefaultAccount : named;
    }

    private string QosOf(string user, string account, string partition)
    {
        var qos =
            user.Length == 0 ? "" : _qos.GetValueOrDefault((user, account, partition), _qos.GetValueOrDefault((user, account, ""), ""));
        return qos.Length > 0 ? qos : _otherQos;
    }
}
