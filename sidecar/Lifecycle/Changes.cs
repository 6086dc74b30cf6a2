using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What one fact changed: to be made durable together. Of a hold the last change counts.</summary>
internal sealed class Changes
{
    private readonly Dictionary<HoldId, (Hold Hold, bool Released)> _holds = [];

    public IEnumerable<Hold> Holds => _holds.Values.Where(static change => !change.Released).Select(static change => change.Hold);

    public IEnumerable<Hold> Released => _holds.Values.Where(static change => change.Released).Select(static change => change.Hold);

    public List<Run> Runs { get; } = [];

    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Runs whose settlement turned out to be wrong: what waits of it is not sent.</summary>
    public List<RunKey> Withdrawn { get; } = [];

    /// <summary>Jobs that ran, or run, and can't be billed: they name no account, and there is no default.</summary>
    public List<uint> Unbillable { get; } = [];

    /// <summary>The term that begins; null when it goes on.</summary>
    public long? Term { get; init; }

    public bool IsEmpty => _holds.Count + Runs.Count + Deliveries.Count + Withdrawn.Count == 0 && Term is null;

    public void Put(Hold hold) => _holds[hold.Id] = (hold, Released: false);

    public void Release(Hold hold) => _holds[hold.Id] = (hold, Released: true);
}
