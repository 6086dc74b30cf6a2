using System.CommandLine;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank refund, bank receipt.</summary>
internal static class JobCommands
{
    public static Command Refund(TimeProvider time)
    {
        var job = Arguments.Job();
        var amount = Arguments.Amount();
        var reason = Arguments.Reason(isRequired: true);
        var key = Arguments.Key();
        var command = new Command("refund", "Gives back a part of what a job was charged, for good") { job, amount, reason, key };
        command.SetAction(
            async (parsed, _) =>
            {
                var (id, refund) = (parsed.GetRequiredValue(job), parsed.GetRequiredValue(amount));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var full = $"refund/{parsed.GetValue(key) ?? $"{Guid.NewGuid():N}"}";
                var why = parsed.GetRequiredValue(reason)!;
                var refunded = await store.Write(books =>
                    RefundTeller.Refund(books, id, refund, full, CommandLineActor.Name, why, time.GetUtcNow())
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"refunded {refund} SU of job {id} to {refunded.Bill.Account}: charged {refunded.Bill.Charged}"
                );
                return 0;
            }
        );
        return command;
    }

    public static Command Receipt()
    {
        var job = Arguments.Job();
        var format = new Option<string>("--format")
        {
            Description = "table or json",
            HelpName = "FORMAT",
            DefaultValueFactory = static _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "json");
        var command = new Command("receipt", "Shows a job and its transfers, oldest first") { job, format };
        command.SetAction(
            async (parsed, _) =>
            {
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var (found, transfers) = await store.Read(books => RefundTeller.Receipt(books, parsed.GetRequiredValue(job)));
                var output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(format) == "json")
                {
                    output.WriteLine(Receipts.ToJson(found, transfers).ToJsonString(Receipts.Indented));
                }
                else
                {
                    Receipts.WriteTable(output, found, transfers);
                }

                return 0;
            }
        );
        return command;
    }
}
