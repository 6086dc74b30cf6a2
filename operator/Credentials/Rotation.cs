namespace SlurmBanking.Operator.Credentials;

/// <summary>
/// How a secret that two sides know is exchanged without a moment in which they disagree. The accepting side is given the new
/// one first and takes both; when that must have arrived, the presenting side is given the new one; when that must have
/// arrived, the old one is forgotten. The lists are oldest first, and hold all that is accepted.
/// </summary>
internal static class Rotation
{
    /// <summary>After which every pod must have seen a changed Secret: the kubelet needs at most a minute and a half.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    /// <summary>For how long the old one is still accepted once the new one is presented: a node may be away for a while.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>What is accepted from now on.</summary>
    /// <param name="known">What has been accepted so far.</param>
    /// <param name="lifetime">Age at which the newest gets a successor.</param>
    /// <param name="now">The time.</param>
    /// <param name="make">Makes another.</param>
    public static IReadOnlyList<Dated<T>> Advance<T>(IReadOnlyList<Dated<T>> known, TimeSpan lifetime, DateTimeOffset now, Func<T> make)
    {
        var kept = known.Where((_, i) => i == known.Count - 1 || now < known[i + 1].Created + Settling + Overlap).ToList();
        if (kept.Count == 0 || now >= kept[^1].Created + lifetime)
        {
            kept.Add(new Dated<T>(make(), now));
        }

        return kept;
    }

    /// <summary>What is presented: the newest that the other side must have by now; the oldest when none has settled.</summary>
    public static Dated<T> Presented<T>(IReadOnlyList<Dated<T>> known, DateTimeOffset now) =>
        known.LastOrDefault(one => now >= one.Created + Settling) ?? known[0];

    /// <summary>When something changes next.</summary>
    public static DateTimeOffset NextChange<T>(IReadOnlyList<Dated<T>> known, TimeSpan lifetime, DateTimeOffset now) =>
        known
            .SelectMany(
                (one, i) =>
                    i == 0
                        ? [one.Created + lifetime]
                        : new[] { one.Created + Settling, one.Created + Settling + Overlap, one.Created + lifetime }
            )
            .Where(time => time > now)
            .DefaultIfEmpty(now + lifetime)
            .Min();
}
