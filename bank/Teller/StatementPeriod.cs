using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>The part of a statement that falls in a period; the balances stay what they were.</summary>
internal static class StatementPeriod
{
    /// <param name="entries">The whole statement, oldest first.</param>
    /// <param name="since">First moment; null for the beginning.</param>
    /// <param name="until">First moment after; null for the end.</param>
    public static IEnumerable<StatementEntry> Of(IEnumerable<StatementEntry> entries, DateTimeOffset? since, DateTimeOffset? until) =>
        entries.Where(entry => !(entry.At < since) && !(entry.At >= until));
}
