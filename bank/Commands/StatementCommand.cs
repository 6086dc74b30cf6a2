using System.CommandLine;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank statement.</summary>
internal static class StatementCommand
{
    public static Command Create(TimeProvider time)
    {
        var name = Arguments.Account();
        var format = new Option<string>("--format")
        {
            Description = "table, csv or json",
            HelpName = "FORMAT",
            DefaultValueFactory = static _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var since = Arguments.Date("--since", "First day, or moment, of what is shown (UTC)", isEnd: false);
        var until = Arguments.Date("--until", "Last day of what is shown, or the moment after it (UTC)", isEnd: true);
        var command = new Command("statement", "Shows what an account got and gave, oldest first") { name, format, since, until };
        command.SetAction(
            async (parsed, _) =>
            {
                var account = parsed.GetRequiredValue(name);
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var output = parsed.InvocationConfiguration.Output;
                await store.Write(books =>
                {
                    WindowTeller.Expire(books, AccountTeller.Find(books, account), time.GetUtcNow());
                    return true;
                });
                await store.Read(books =>
                {
                    var allocation = AccountTeller.Find(books, account).Allocation;
                    var entries = books.Statement(account, parsed.GetValue(since), parsed.GetValue(until));
                    switch (parsed.GetValue(format))
                    {
                        case "csv":
                            StatementFormats.WriteCsv(output, entries);
                            break;
                        case "json":
                            StatementFormats.WriteJson(output, entries);
                            break;
                        default:
                            StatementFormats.WriteTable(output, entries);
                            output.WriteLine(Summary(books, account, allocation));
                            break;
                    }

                    return true;
                });
                return 0;
            }
        );
        return command;
    }

    private static string Summary(IBooksReader books, string account, Allocation allocation)
    {
        var standing = Standing.Read(account, books.Balance);
        var total = allocation.Total(standing.Deposited);
        var overrun = standing.Overrun.Hundredths == 0 ? "" : $", of it {standing.Overrun} overrun";
        return allocation.IsExempt
            ? $"{account}: exempt, used {standing.Usage} SU"
            : $"{account}: allocation {total} SU, used {standing.Usage}{overrun}, available {total - standing.Usage}";
    }
}
