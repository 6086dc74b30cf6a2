using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Says what changed of an allocation.</summary>
internal static class AllocationWords
{
    private const string None = "none";

    /// <summary>Such as "limit none to 200.00, end 2026-12-31T00:00:00Z to none"; null when nothing did.</summary>
    public static string? Difference(Allocation before, Allocation after)
    {
        (string Name, string Before, string After)[] parts =
        [
            ("limit", Words(before.Limit), Words(after.Limit)),
            ("credit", Words(before.Credit), Words(after.Credit)),
            ("start", Words(before.Start), Words(after.Start)),
            ("end", Words(before.End), Words(after.End)),
        ];
        var changed = parts.Where(static part => part.Before != part.After).ToList();
        return changed.Count == 0 ? null : string.Join(", ", changed.Select(static part => $"{part.Name} {part.Before} to {part.After}"));
    }

    private static string Words(ServiceUnits? amount) => amount?.ToString() ?? None;

    private static string Words(DateTimeOffset? time) => time is { } value ? StatementFormats.Time(value) : None;
}
