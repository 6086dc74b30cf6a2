using System.CommandLine;
using System.Globalization;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank status: how things stand. Any user may ask.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "How sidecar, bank and queue stand");
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var reply = await sidecar.AskAsync((client, call) => client.StatusAsync(new StatusRequest(), call), cancellation);
                var view = StatusView.Of(reply);
                Screen.Of(parsed).Show(view, ViewsJson.Plain.StatusView, screen => Draw(screen, view));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static void Draw(Screen screen, StatusView view)
    {
        screen.Facts(
            ("sidecar", $"{view.Role}, version {view.Version}, since {Screen.Time(view.Started)}"),
            ("stands by", view.StandsBy ? "another host's slurmctld is the active one" : ""),
            ("cluster", view.Cluster),
            ("controller", view.Controller),
            (
                "the controller",
                view.ControllerAnswers switch
                {
                    null => "",
                    true => "answers",
                    false => $"does not answer: {view.NodeProblem}",
                }
            ),
            ("starts kept", view.StartsKept > 0 ? Count(view.StartsKept) : "")
        );
        if (view.Role == "node")
        {
            return;
        }

        screen.Facts(
            ("mode", view.Mode),
            (
                "configuration",
                view.ConfigurationDegraded ? "the file on disk is not the one in force" : $"{Short(view.ConfigurationHash)} in force"
            ),
            ("its problems", string.Join('\n', view.ConfigurationProblems)),
            ("bank", $"{view.Bank}: {view.BankUrl}, last answer {Screen.Time(view.BankLastAnswer)}"),
            ("view", view.Ready ? $"{view.Partitions.Count} partitions, queue listed {Screen.Time(view.LastSweep)}" : "not ready"),
            ("its problem", view.ViewProblem),
            ("warning", view.ViewWarning),
            ("without a price", string.Join(',', view.UnpricedPartitions)),
            ("holds", $"{Count(view.Holds)}, {Screen.Amount(view.Held)} SU; {Count(view.Unbound)} not seen in the queue yet"),
            ("running", Count(view.Running)),
            ("let in", view.LetIn > 0 ? $"{Count(view.LetIn)} jobs about which nobody was asked" : ""),
            ("outbox", $"{Count(view.OutboxPending)} wait, {Count(view.Delivered)} delivered{(view.DeliveryPaused ? ", paused" : "")}"),
            ("its last problem", view.OutboxPending > 0 ? view.OutboxProblem : ""),
            ("dead letters", view.DeadLetters > 0 ? $"{Count(view.DeadLetters)}: sbank dead-letters list" : ""),
            ("room", view.Room == "ample" ? "" : $"{view.Room}: {view.RoomProblem}")
        );
    }

    private static string Count(ulong count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
