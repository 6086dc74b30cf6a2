using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SlurmBanking.Cli.Views;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank account: the bank's accounts.</summary>
internal static class AccountCommand
{
    public static Command Create() =>
        new("account", "Accounts of a bank that offers them (a token of scope read, to open one admin)") { List(), Show(), Open() };

    private static Command List()
    {
        var (url, token) = (BankOptions.Url(), BankOptions.TokenFile());
        var command = new Command("list", "Lists them") { url, token };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var bank = BankOptions.Open(parsed, url, token);
                var accounts = await bank.AccountsAsync(cancellation);
                Screen.Of(parsed).Show(accounts, ViewsJson.Plain.IReadOnlyListAccountView, screen => Draw(screen, accounts));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Show()
    {
        var (url, token, name) = (BankOptions.Url(), BankOptions.TokenFile(), Name());
        var command = new Command("show", "Shows one, with what is charged and available") { name, url, token };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var bank = BankOptions.Open(parsed, url, token);
                var account = await bank.AccountAsync(parsed.GetRequiredValue(name), cancellation);
                Screen.Of(parsed).Show(account, ViewsJson.Plain.AccountView, screen => Draw(screen, account));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Open()
    {
        var (url, token, name) = (BankOptions.Url(), BankOptions.TokenFile(), Name());
        var limit = new Option<decimal?>("--limit") { Description = "The most that it may use of its deposits, SU" };
        var credit = new Option<decimal?>("--credit") { Description = "How far below zero it may go, SU" };
        var start = TimeOption.Create("--start", "Begin of its window");
        var end = TimeOption.Create("--end", "End of its window");
        var exempt = new Option<bool>("--exempt") { Description = "Billed and never refused" };
        var command = new Command("open", "Opens one") { name, limit, credit, start, end, exempt, url, token };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var account = new JsonObject { ["name"] = parsed.GetRequiredValue(name) };
                Put(account, "limit", Text(parsed.GetValue(limit)));
                Put(account, "credit", Text(parsed.GetValue(credit)));
                Put(account, "start", Text(parsed.GetValue(start)));
                Put(account, "end", Text(parsed.GetValue(end)));
                if (parsed.GetValue(exempt))
                {
                    account["exempt"] = true;
                }

                using var bank = BankOptions.Open(parsed, url, token);
                var opened = await bank.OpenAsync(account, cancellation);
                Screen.Of(parsed).Show(opened, ViewsJson.Plain.AccountView, screen => Draw(screen, opened));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "The account's name" };

    private static string? Text(decimal? amount) => amount?.ToString("0.00", CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static void Put(JsonObject account, string name, string? value)
    {
        if (value is not null)
        {
            account[name] = value;
        }
    }

    private static void Draw(Screen screen, List<AccountView> accounts) =>
        screen.Table(
            ["NAME", ">LIMIT", ">CREDIT", "START", "END", ">PERIOD", "REMARK"],
            accounts.Select(static account =>
                (IReadOnlyList<string>)
                    [
                        account.Name,
                        Screen.Amount(account.Limit),
                        Screen.Amount(account.Credit),
                        Screen.Time(account.Start),
                        Screen.Time(account.End),
                        $"{account.Period}",
                        account.Exempt ? "exempt" : "",
                    ]
            )
        );

    private static void Draw(Screen screen, AccountView account) =>
        screen.Facts(
            ("account", account.Name),
            ("limit", account.Limit is { } limit ? $"{Screen.Amount(limit)} SU" : "its deposits"),
            ("credit", account.Credit > 0 ? $"{Screen.Amount(account.Credit)} SU" : ""),
            (
                "window",
                account.Start is null && account.End is null
                    ? ""
                    : $"{Screen.Time(account.Start)} to {Screen.Time(account.End)}, period {account.Period}"
            ),
            ("charged", account.Charged is { } charged ? $"{Screen.Amount(charged)} SU" : ""),
            ("available", account.Available is { } available ? $"{Screen.Amount(available)} SU" : ""),
            ("exempt", account.Exempt ? "billed and never refused" : "")
        );
}
