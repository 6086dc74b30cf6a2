namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// When delivered records and closed runs leave the state database: a few with each commit, since receipts wait for commits. They are
/// kept for a week, and for an hour only where more than three quarters of the room are in use.
/// </summary>
internal sealed class Pruning
{
    /// <summary>Records, and runs, of one commit while there is room.</summary>
    public const int AtOnce = 250;

    /// <summary>How long they are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>How long where room gets short: late and repeated reports of an end come within this time.</summary>
    public static readonly TimeSpan ShortRetention = TimeSpan.FromHours(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private DateTimeOffset _done;

    /// <summary>Room is needed now.</summary>
    public void Hurry() => _done = default;

    /// <summary>Drops what is due.</summary>
    /// <param name="writer">Of the commit.</param>
    /// <param name="now">The present.</param>
    /// <param name="room">Without room everything goes that is not needed.</param>
    /// <param name="usedShare">How much of the room is in use, 0 to 1.</param>
    public void Prune(JournalWriter writer, DateTimeOffset now, JournalRoom room, Func<double> usedShare)
    {
        if (now - _done <= Interval)
        {
            return;
        }

        var more =
            room != JournalRoom.Ample ? writer.Prune(now, int.MaxValue)
            : usedShare() > 0.75 ? writer.Prune(now - ShortRetention, AtOnce)
            : writer.Prune(now - Retention, AtOnce);
        _done = more ? _done : now;
    }
}
