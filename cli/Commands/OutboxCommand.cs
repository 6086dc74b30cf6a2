using System.CommandLine;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank outbox: what the bank has not confirmed yet.</summary>
internal static class OutboxCommand
{
    public static Command Create()
    {
        var limit = UserOptions.Limit();
        var command = new Command("outbox", "Records that the bank has not confirmed, oldest first (root and SlurmUser)") { limit };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var request = new ListOutboxRequest { Limit = parsed.GetValue(limit) };
                var reply = await sidecar.AskAsync((client, call) => client.ListOutboxAsync(request, call), cancellation);
                var views = reply.Records.Select(RecordView.Of).ToList();
                Screen.Of(parsed).Show(views, ViewsJson.Plain.IReadOnlyListRecordView, screen => Draw(screen, views));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void Draw(Screen screen, List<RecordView> views)
    {
        if (views.Count == 0)
        {
            screen.Line(Answers.AllConfirmed);
            return;
        }

        screen.Table(
            [">SEQ", "KIND", "JOB", "ACCOUNT", "USER", ">AMOUNT", ">ATTEMPTS", "SINCE", "NEXT", "PROBLEM"],
            views.Select(static view =>
                (IReadOnlyList<string>)
                    [
                        $"{view.Seq}",
                        view.Kind,
                        view.BankId,
                        view.Account,
                        view.User,
                        Screen.Amount(view.Amount),
                        $"{view.Attempts}",
                        Screen.Time(view.Since),
                        Screen.Time(view.Due),
                        view.Problem,
                    ]
            )
        );
    }
}
