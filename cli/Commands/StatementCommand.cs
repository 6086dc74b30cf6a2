using System.CommandLine;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank statement: what an account got and gave.</summary>
internal static class StatementCommand
{
    public static Command Create()
    {
        var account = new Argument<string>("account") { Description = "The account's name" };
        var since = TimeOption.Create("--since", "Entries from then on: a day or a time, local unless it ends in Z");
        var until = TimeOption.Create("--until", "Entries before then");
        var (url, token) = (BankOptions.Url(), BankOptions.TokenFile());
        var command = new Command("statement", "What an account got and gave, at a bank that offers it (a token of scope read)")
        {
            account,
            since,
            until,
            url,
            token,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var bank = BankOptions.Open(parsed, url, token);
                var entries = await bank.StatementAsync(
                    parsed.GetRequiredValue(account),
                    parsed.GetValue(since),
                    parsed.GetValue(until),
                    cancellation
                );
                Screen.Of(parsed).Show(entries, ViewsJson.Plain.IReadOnlyListEntryView, screen => Draw(screen, entries));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void Draw(Screen screen, List<EntryView> entries)
    {
        if (entries.Count == 0)
        {
            screen.Line(Answers.NothingHappened);
            return;
        }

        screen.Table(
            ["TIME", "CODE", "JOB", "USER", ">AMOUNT", ">BALANCE", "ACTOR", "REASON"],
            entries.Select(static entry =>
                (IReadOnlyList<string>)
                    [
                        Screen.Time(entry.Time),
                        entry.Code,
                        entry.Job ?? "",
                        entry.User ?? "",
                        Screen.Amount(entry.Amount),
                        Screen.Amount(entry.Balance),
                        entry.Actor ?? "",
                        entry.Reason ?? "",
                    ]
            )
        );
        screen.Line(
            $"balance  {SparkLine.Of([.. entries.Select(static entry => entry.Balance)])}  {Screen.Amount(entries[^1].Balance)} SU"
        );
    }
}
