using System.CommandLine;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank balance: what a user may still spend.</summary>
internal static class BalanceCommand
{
    public static Command Create()
    {
        var accounts = new Argument<string[]>("account")
        {
            Description = "Accounts; without one all that are known to be yours",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var user = UserOptions.User();
        var command = new Command("balance", "What you may still spend, account by account") { accounts, user };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new BalanceRequest { Accounts = { parsed.GetValue(accounts) ?? [] } };
                if (UserOptions.UidOf(parsed, user) is { } uid)
                {
                    request.Uid = uid;
                }

                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var reply = await sidecar.AskAsync((client, call) => client.BalanceAsync(request, call), cancellation);
                var views = reply.Balances.Select(BalanceView.Of).ToList();
                Screen.Of(parsed).Show(views, ViewsJson.Plain.IReadOnlyListBalanceView, screen => Draw(screen, views));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void Draw(Screen screen, List<BalanceView> views)
    {
        if (views.Count == 0)
        {
            screen.Line(Answers.NoAccounts);
            return;
        }

        screen.Table(
            ["ACCOUNT", ">AVAILABLE", ">HELD", ">JOBS", ">FOR YOU", ">HELD BY YOU", ">YOUR JOBS", "REMARK"],
            views.Select(static view =>
                (IReadOnlyList<string>)
                    [
                        view.Account,
                        view is { Read: not null, Refusal: null, Available: null } ? "unlimited" : Screen.Amount(view.Available),
                        Screen.Amount(view.Held),
                        $"{view.Jobs}",
                        Screen.Amount(view.UserAvailable),
                        Screen.Amount(view.UserHeld),
                        $"{view.UserJobs}",
                        view.Remark,
                    ]
            )
        );
    }
}
