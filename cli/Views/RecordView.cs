using System.Globalization;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>A record that waits for the bank, or that the bank will not take. Amounts in SU.</summary>
/// <param name="Seq">Names it.</param>
/// <param name="Kind">"charge" or "settle".</param>
/// <param name="BankId">The job's id at the bank.</param>
/// <param name="Account">To be charged.</param>
/// <param name="User">Whose job, by name.</param>
/// <param name="Amount">Of the record.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Since">Since when it waits, or is parked.</param>
/// <param name="Due">Not sent again before; null for at once, or never.</param>
/// <param name="Problem">What the bank last answered.</param>
/// <param name="Record">The JSON that was sent; null where it was not asked for.</param>
internal sealed record RecordView(
    ulong Seq,
    string Kind,
    string BankId,
    string Account,
    string User,
    decimal Amount,
    uint Attempts,
    DateTimeOffset? Since,
    DateTimeOffset? Due,
    string Problem,
    string? Record
)
{
    public static RecordView Of(OutboxRecord record) =>
        new(
            record.Seq,
            record.Kind,
            record.BankId,
            record.Account,
            UserOf(record.User),
            record.Amount / 100m,
            record.Attempts,
            record.Created?.ToDateTimeOffset(),
            record.Due?.ToDateTimeOffset(),
            record.Problem,
            null
        );

    public static RecordView Of(DeadLetter letter) =>
        new(
            letter.Seq,
            letter.Kind,
            letter.BankId,
            letter.Account,
            UserOf(letter.User),
            letter.Amount / 100m,
            letter.Attempts,
            letter.Parked?.ToDateTimeOffset(),
            null,
            letter.Problem,
            letter.Record.Length > 0 ? letter.Record : null
        );

    private static string UserOf(string uid) =>
        uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Users.NameOf(number) : uid;
}
