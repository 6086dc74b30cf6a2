using Google.Protobuf.WellKnownTypes;
using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Wire.Banking;
using Kind = SlurmBanking.Wire.Banking.Difference.Types.Kind;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>What a reconciliation finds, in the words of spec/banking.proto.</summary>
internal static class ReconcileReplies
{
    public static ReconcileReply Of(Reconciliation.Difference difference)
    {
        var message = new Wire.Banking.Difference
        {
            Kind = difference.Kind switch
            {
                DifferenceKind.Missing => Kind.Missing,
                DifferenceKind.Amount => Kind.Amount,
                DifferenceKind.Open => Kind.Open,
                DifferenceKind.Waiting => Kind.Waiting,
                DifferenceKind.Parked => Kind.Parked,
                DifferenceKind.Conflict => Kind.Conflict,
                DifferenceKind.Stray => Kind.Stray,
                DifferenceKind.Unbillable => Kind.Unbillable,
                DifferenceKind.Unpriced => Kind.Unpriced,
                DifferenceKind.PricesUnknown => Kind.PricesUnknown,
                _ => Kind.Unspecified,
            },
            BankId = difference.BankId,
            Account = difference.Account,
            User = difference.User,
            Partition = difference.Partition,
            State = difference.State,
            Start = difference.Start?.ToTimestamp(),
            End = difference.End?.ToTimestamp(),
            Note = difference.Note,
            Posted = difference.Posted,
        };
        if (difference.Expected is { } expected)
        {
            message.Expected = expected.Hundredths;
        }

        if (difference.Told is { } told)
        {
            message.Told = told.Hundredths;
        }

        return new ReconcileReply { Difference = message };
    }

    public static SpanProgress Progress(DateTimeOffset until, long runs) => new() { Until = until.ToTimestamp(), Runs = (ulong)runs };

    /// <summary>The rows, and then the summary.</summary>
    public static IEnumerable<ReplayReply> Of(Replay replay)
    {
        foreach (var row in replay.Usage)
        {
            yield return new ReplayReply
            {
                Usage = new Wire.Banking.ReplayedUsage
                {
                    Account = row.Account,
                    Partition = row.Partition,
                    Runs = (ulong)row.Runs,
                    Cost = row.Cost.Hundredths,
                    WouldCost = row.WouldCost.Hundredths,
                },
            };
        }

        yield return new ReplayReply
        {
            Summary = new ReplaySummary
            {
                Since = replay.Since.ToTimestamp(),
                Until = replay.Until.ToTimestamp(),
                Runs = (ulong)replay.Runs,
                PricesUnknown = (ulong)replay.PricesUnknown,
            },
        };
    }

    public static ReconcileReply Of(ReconciliationSummary summary) =>
        new()
        {
            Summary = new ReconcileSummary
            {
                Since = summary.Since.ToTimestamp(),
                Until = summary.Until.ToTimestamp(),
                Runs = (ulong)summary.Runs,
                Differences = (ulong)summary.Differences,
                Remarks = (ulong)summary.Remarks,
                Posted = (ulong)summary.Posted,
                StraysSought = summary.StraysSought,
            },
        };
}
