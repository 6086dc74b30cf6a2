using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>Compares what the bank should have with what it has. Pure.</summary>
internal static class Comparison
{
    /// <param name="expected">By Slurm's accounting.</param>
    /// <param name="stored">The bank's record of that id; null when it has none.</param>
    /// <param name="refusal">Why the bank has refused the settlement of that id; null when it has not.</param>
    /// <returns>Null when the bank has what it should have.</returns>
    public static Difference? Of(Expectation expected, Job? stored, string? refusal)
    {
        if (expected is not { Run.Actual: { } cost, Record: { } record })
        {
            return Found(DifferenceKind.Unbillable, expected, stored);
        }

        if (stored is not null && IsSame(stored, record) && stored.JobStatus != BankRecord.Running && stored.Amount == cost)
        {
            return null;
        }

        return expected.Seen == RunState.Settling ? Found(DifferenceKind.Waiting, expected, stored)
            : refusal is not null ? Found(DifferenceKind.Parked, expected, stored, refusal)
            : stored is null ? Found(Absent(expected, cost), expected, stored)
            : !IsSame(stored, record) ? Found(DifferenceKind.Conflict, expected, stored, Owner(stored))
            : stored.JobStatus == BankRecord.Running ? Found(DifferenceKind.Open, expected, stored)
            : Found(expected.PricesKnown ? DifferenceKind.Amount : DifferenceKind.PricesUnknown, expected, stored);
    }

    /// <summary>The bank has a record that is no run's in Slurm's accounting.</summary>
    public static Difference Stray(Job stored) =>
        new(
            DifferenceKind.Stray,
            stored.JobSlurmId,
            stored.AccountId,
            stored.UserId,
            stored.Partition ?? "",
            stored.JobStatus ?? "",
            stored.StartDate,
            stored.EndDate,
            Expected: null,
            stored.Amount
        );

    private static DifferenceKind Absent(Expectation expected, ServiceUnits cost) =>
        cost == ServiceUnits.Zero && expected.IsUnpriced ? DifferenceKind.Unpriced : DifferenceKind.Missing;

    // What somebody corrected at the bank by hand may lack its dates; where it has one, that tells two jobs of one id apart.
    private static bool IsSame(Job stored, Job record) =>
        stored.UserId == record.UserId
        && stored.AccountId == record.AccountId
        && (
            stored.SubmitDate is null && stored.StartDate is null
            || stored.SubmitDate == record.SubmitDate
            || stored.StartDate == record.StartDate
        );

    private static string Owner(Job stored) => Problems.AnotherJobsRecord(stored.UserId, stored.AccountId, $"{stored.SubmitDate:u}");

    private static Difference Found(DifferenceKind kind, Expectation expected, Job? stored, string note = "")
    {
        var facts = expected.Accounted.Facts;
        return new Difference(
            kind,
            expected.BankId,
            expected.Run?.Account ?? facts.Account,
            $"{facts.Uid}",
            facts.Partition,
            facts.State,
            facts.Start,
            facts.End,
            expected.Run?.Actual,
            stored?.Amount,
            note
        );
    }
}
