using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank deposit: gives an account more to spend.</summary>
internal static class DepositCommand
{
    public static Command Create()
    {
        var account = new Argument<string>("account") { Description = "The account's name" };
        var amount = new Argument<decimal>("amount") { Description = "SU, with up to 2 decimals" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the statement" };
        var key = new Option<string?>("--key")
        {
            Description = "Idempotency key: a deposit of the same key is made once [default: a new one]",
        };
        var (url, token) = (BankOptions.Url(), BankOptions.TokenFile());
        var command = new Command("deposit", "Deposits SU on an account of a bank that offers it (a token of scope admin)")
        {
            account,
            amount,
            reason,
            key,
            url,
            token,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var body = new JsonObject { ["amount"] = parsed.GetRequiredValue(amount).ToString("0.00##", CultureInfo.InvariantCulture) };
                if (parsed.GetValue(reason) is { } why)
                {
                    body["reason"] = why;
                }

                var made = new DepositView(
                    parsed.GetRequiredValue(account),
                    parsed.GetRequiredValue(amount),
                    parsed.GetValue(key) ?? $"sbank-{Guid.NewGuid():N}"
                );
                using var bank = BankOptions.Open(parsed, url, token);
                try
                {
                    await bank.DepositAsync(made.Account, body, made.IdempotencyKey, cancellation);
                }
                catch (SbankException e) when (e.ExitCode == ExitCode.Unavailable)
                {
                    // It may have been made all the same.
                    throw new SbankException(e.ExitCode, Failures.DepositUnknown(e.Message, made.IdempotencyKey));
                }

                Screen
                    .Of(parsed)
                    .Show(
                        made,
                        ViewsJson.Plain.DepositView,
                        screen => screen.Line(Answers.Deposited(Screen.Amount(made.Amount), made.Account))
                    );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
