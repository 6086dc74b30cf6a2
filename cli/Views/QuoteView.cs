using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>What a submission may cost and whether it would be accepted now. Amounts in SU.</summary>
/// <param name="Accepted">It would be accepted.</param>
/// <param name="Message">Why not; null when it would be.</param>
/// <param name="Mode">"enforce" or "observe": then nobody is refused.</param>
/// <param name="Account">That would pay; "" when none is known.</param>
/// <param name="Partition">That the price is of; "" when there is no price.</param>
/// <param name="Amount">It may cost so much; null when it can't be priced.</param>
/// <param name="Unit">One task of an array, or the job.</param>
/// <param name="Tasks">Of the array; 1 for a job that is none.</param>
/// <param name="How">How the amount came about.</param>
/// <param name="Balance">Of the account; null when that is not known.</param>
internal sealed record QuoteView(
    bool Accepted,
    string? Message,
    string Mode,
    string Account,
    string Partition,
    decimal? Amount,
    decimal? Unit,
    ulong Tasks,
    string How,
    BalanceView? Balance
)
{
    public static QuoteView Of(QuoteReply reply) =>
        new(
            reply.Accepted,
            reply.Message.Length > 0 ? reply.Message : null,
            reply.Mode,
            reply.Account,
            reply.Partition,
            reply.HasAmount ? reply.Amount / 100m : null,
            reply.HasUnit ? reply.Unit / 100m : null,
            reply.Tasks,
            reply.How,
            reply.Balance is { } balance ? BalanceView.Of(balance) : null
        );
}
