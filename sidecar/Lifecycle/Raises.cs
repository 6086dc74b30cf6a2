using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// Raises that were let through and that the queue does not show yet. Slurm asks before it has checked a change itself, so the
/// difference is held by a hold of its own, which goes when the queue shows the change, or like that of any submission of which
/// the queue never shows anything. In memory alone: after a restart the second way is left. Not thread-safe.
/// </summary>
internal sealed class Raises
{
    private readonly Dictionary<HoldId, (string Job, IReadOnlyList<Expected> Expected)> _raises = [];

    /// <param name="difference">Of the hold that holds it.</param>
    /// <param name="job">Which records, as Slurm was asked.</param>
    /// <param name="expected">What the queue will show.</param>
    public void Add(HoldId difference, string job, IReadOnlyList<Expected> expected) => _raises[difference] = (job, expected);

    public void Remove(HoldId difference) => _raises.Remove(difference);

    /// <summary>What is held for a change already: of several records of a job Slurm asks the same for each.</summary>
    public ServiceUnits Of(string job, HoldId hold, RunKey? run, string account) =>
        _raises
            .Values.Where(raise => raise.Job == job)
            .SelectMany(static raise => raise.Expected)
            .Where(change => change.Hold == hold && change.Run == run && change.Account == account)
            .Aggregate(ServiceUnits.Zero, static (sum, change) => sum + change.More);

    /// <summary>What a waiting job may ask for by now, beside what the queue shows: nobody knows yet which changes Slurm made.</summary>
    public IEnumerable<JobRequest> Requests(HoldId hold) =>
        _raises
            .Values.SelectMany(static raise => raise.Expected)
            .Where(change => change.Hold == hold)
            .SelectMany(static change => change.Requests);

    /// <summary>Whether some tasks of a hold are about to move to another account.</summary>
    public bool Move(Hold hold) =>
        _raises
            .Values.SelectMany(static raise => raise.Expected)
            .Any(change => change.Hold == hold.Id && change.Partial && change.Account != hold.Account);

    /// <summary>Differences that are held twice now: the book has the changes themselves.</summary>
    /// <param name="book">With the listing taken in.</param>
    /// <param name="listing">What was taken in last.</param>
    public IReadOnlyList<HoldId> Shown(Book book, QueueListing listing) =>
        [
            .. _raises
                .Where(raise => raise.Value.Expected.All(change => IsShown(change, book, ShowsWhatWasChanged(raise.Key, book, listing))))
                .Select(static raise => raise.Key),
        ];

    // The hold of a job that has started is gone. Its run is priced by what the job asks for now, if the listing is not one from before
    // the change, which knows nothing of it; and one that is gone altogether needs nothing.
    private static bool IsShown(Expected expected, Book book, bool shows) =>
        expected.Run is { } key ? book.Find(key) is not { State: RunState.Charging or RunState.Charged } run || run.TopUp >= expected.Amount
        : book.Find(expected.Hold) is { } hold ? hold.AmountOn(expected.Account) >= expected.Amount
        : shows;

    private static bool ShowsWhatWasChanged(HoldId difference, Book book, QueueListing listing) =>
        book.Find(difference) is not { } held
        || ((listing.User ?? held.Uid) == held.Uid && listing.Begun >= held.Submitted + JobLife.ShownAfter);
}
