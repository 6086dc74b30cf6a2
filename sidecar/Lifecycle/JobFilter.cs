namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Which holds and runs somebody asks about.</summary>
/// <param name="Uid">Whose; null for everybody's.</param>
/// <param name="Account">On which account; "" for all.</param>
/// <param name="Jobs">Job ids, or an array's; none for all.</param>
/// <param name="OpenOnly">Nothing that ended.</param>
/// <param name="Limit">How many at most, from 1.</param>
internal sealed record JobFilter(uint? Uid, string Account, IReadOnlyCollection<uint> Jobs, bool OpenOnly, int Limit)
{
    public bool Takes(JobView view) =>
        !(OpenOnly && view.Run is { State: RunState.Settling or RunState.Settled })
        && (Uid is null || Uid == view.Uid)
        && (Account.Length == 0 || view.IsOn(Account))
        && (Jobs.Count == 0 || view.IsOf(Jobs));
}
