using System.Globalization;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>A run of which the bank has something else than Slurm's accounting. Amounts in SU.</summary>
/// <param name="Kind">
/// "missing", "amount", "open", "waiting", "parked", "conflict", "stray", or of a remark "unbillable", "unpriced", "prices_unknown".
/// </param>
/// <param name="BankId">The job's id at the bank.</param>
/// <param name="Account">That pays; "" when none does.</param>
/// <param name="User">By name.</param>
/// <param name="Partition">Where it ran.</param>
/// <param name="State">How it ended.</param>
/// <param name="Start">When.</param>
/// <param name="End">When.</param>
/// <param name="Expected">By accounting; null when Slurm does not know the run or nobody pays.</param>
/// <param name="Told">At the bank; null when that is nothing.</param>
/// <param name="Note">For a person.</param>
/// <param name="Posted">Its settlement is in the outbox.</param>
internal sealed record DifferenceView(
    string Kind,
    string BankId,
    string Account,
    string User,
    string Partition,
    string State,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    decimal? Expected,
    decimal? Told,
    string Note,
    bool Posted
)
{
    public static DifferenceView Of(Difference difference) =>
        new(
            difference.Kind == Difference.Types.Kind.PricesUnknown ? "prices_unknown" : difference.Kind.ToString().ToLowerInvariant(),
            difference.BankId,
            difference.Account,
            uint.TryParse(difference.User, NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
                ? Users.NameOf(uid)
                : difference.User,
            difference.Partition,
            difference.State,
            difference.Start?.ToDateTimeOffset(),
            difference.End?.ToDateTimeOffset(),
            difference.HasExpected ? difference.Expected / 100m : null,
            difference.HasTold ? difference.Told / 100m : null,
            difference.Note,
            difference.Posted
        );
}
