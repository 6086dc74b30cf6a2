using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SlurmBanking.Cli.Views;

/// <summary>
/// The JSON that programs get: snake_case, amounts as numbers of SU, times in UTC. It goes to a terminal or a program and into no page:
/// nothing is escaped that JSON does not ask for.
/// </summary>
[JsonSerializable(typeof(IReadOnlyList<QuoteView>))]
[JsonSerializable(typeof(IReadOnlyList<BalanceView>))]
[JsonSerializable(typeof(IReadOnlyList<JobView>))]
[JsonSerializable(typeof(IReadOnlyList<RecordView>))]
[JsonSerializable(typeof(CountView))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(IReadOnlyList<AccountView>))]
[JsonSerializable(typeof(IReadOnlyList<EntryView>))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(DepositView))]
internal sealed partial class ViewsJson : JsonSerializerContext
{
    public static ViewsJson Plain { get; } =
        new(
            new JsonSerializerOptions
            {
                WriteIndented = true,
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                IgnoreReadOnlyProperties = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
