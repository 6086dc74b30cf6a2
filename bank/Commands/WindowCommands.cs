using System.CommandLine;
using System.CommandLine.Parsing;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank account change, bank account renew.</summary>
internal static class WindowCommands
{
    private const string None = "none";

    public static Command Change(TimeProvider time)
    {
        var name = Arguments.Account();
        var limit = OrWord(Arguments.Amount("--limit", "The most that deposits can make the allocation"), None);
        var credit = Arguments.Amount("--credit", "How far below zero the account may go");
        var start = OrWord(Arguments.Date("--start", "First day of the allocation", isEnd: false), None);
        var end = OrWord(Arguments.Date("--end", "Last day of the allocation", isEnd: true), None);
        var reason = Arguments.Reason(isRequired: true, "Why; bank account changes shows it");
        var command = new Command("change", "Changes an account whose window has not ended; what is not named stays")
        {
            name,
            limit,
            credit,
            start,
            end,
            reason,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                Allocation Changed(Allocation now) =>
                    now with
                    {
                        Limit = parsed.GetValue(limit) is { } max ? max.Value : now.Limit,
                        Credit = parsed.GetValue(credit) ?? now.Credit,
                        Start = parsed.GetValue(start) is { } first ? first.Value : now.Start,
                        End = parsed.GetValue(end) is { } last ? last.Value : now.End,
                    };
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var changed = await store.Write(books =>
                    AccountTeller.Change(
                        books,
                        parsed.GetRequiredValue(name),
                        Changed,
                        CommandLineActor.Name,
                        parsed.GetRequiredValue(reason)!,
                        time.GetUtcNow()
                    )
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(Of(changed));
                return 0;
            }
        );
        return command;
    }

    public static Command Renew(TimeProvider time)
    {
        var name = Arguments.Account();
        var start = Arguments.Date("--start", "First day of the new window; without it the old one's end", isEnd: false);
        var end = Arguments.Date("--end", "Last day of the new window; without it there is none", isEnd: true);
        var carryOver = OrWord(
            Arguments.Amount("--carry-over", "How much of what expired the new window begins with; without it nothing"),
            "all"
        );
        var command = new Command("renew", "Begins the next window of an account whose window has ended") { name, start, end, carryOver };
        command.SetAction(
            async (parsed, _) =>
            {
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var (renewed, begun) = await store.Write(books =>
                    AccountTeller.Renew(
                        books,
                        parsed.GetRequiredValue(name),
                        parsed.GetValue(start),
                        parsed.GetValue(end),
                        parsed.GetValue(carryOver) is { } carried ? carried.Value : ServiceUnits.Zero,
                        CommandLineActor.Name,
                        time.GetUtcNow()
                    )
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{Of(renewed)}, {begun} SU carried over");
                return 0;
            }
        );
        return command;
    }

    private static string Of(Account account)
    {
        var (limit, start, end, _, credit, period) = account.Allocation;
        string Time(DateTimeOffset? time) => time is { } value ? StatementFormats.Time(value) : None;
        var window = $"window {period} from {Time(start)} to {Time(end)}";
        return $"account {account.Name}: {window}, limit {limit?.ToString() ?? None}, credit {credit}";
    }

    // What was named, a word for none of it included; the option itself is null when it was not given.
    private static Option<Named<T>?> OrWord<T>(Option<T?> option, string word)
        where T : struct
    {
        var parse = option.CustomParser!;
        return new(option.Name)
        {
            Description = option.Description,
            HelpName = $"{option.HelpName}|{word}",
            CustomParser = result => new Named<T>(result.Tokens[0].Value == word ? null : parse(result)),
        };
    }

    private sealed record Named<T>(T? Value)
        where T : struct;
}
