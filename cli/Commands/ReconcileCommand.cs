using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank reconcile: compares Slurm's accounting with the bank.</summary>
internal static class ReconcileCommand
{
    public static Command Create()
    {
        var since = TimeOption.Create("--since", "Runs that ended from then on: a day or a time, local unless it ends in Z");
        since.Required = true;
        var until = TimeOption.Create("--until", "Runs that ended before then [default: now]");
        var post = new Option<bool>("--post") { Description = "Tells the bank what differs" };
        var command = new Command("reconcile", "Compares Slurm's accounting with what the bank has (root and SlurmUser)")
        {
            since,
            until,
            post,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new ReconcileRequest
                {
                    Since = parsed.GetValue(since)?.ToTimestamp(),
                    Until = parsed.GetValue(until)?.ToTimestamp(),
                    Post = parsed.GetValue(post),
                };
                var (items, summary) = (new List<DifferenceView>(), (ReconcileSummary?)null);
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                using var progress = new Progress(parsed.InvocationConfiguration.Error, request.Since, request.Until);
                await sidecar.StreamAsync(
                    (client, call) => client.Reconcile(request, call),
                    reply =>
                    {
                        summary = reply.Summary ?? summary;
                        progress.Reach(reply.Progress?.Until, reply.Progress?.Runs ?? 0);
                        if (reply.Difference is { } difference)
                        {
                            items.Add(DifferenceView.Of(difference));
                        }
                    },
                    cancellation
                );
                var view = View(items, summary ?? throw new SbankException(ExitCode.Unavailable, Failures.BrokenOff));
                Screen.Of(parsed).Show(view, ViewsJson.Plain.ReconciliationView, screen => Draw(screen, view));
                return view.Differences == 0 ? ExitCode.Done : ExitCode.No;
            }
        );
        return command;
    }

    private static ReconciliationView View(List<DifferenceView> items, ReconcileSummary summary) =>
        new(
            summary.Since?.ToDateTimeOffset(),
            summary.Until?.ToDateTimeOffset(),
            summary.Runs,
            summary.Differences,
            summary.Remarks,
            summary.Posted,
            summary.StraysSought,
            items
        );

    private static void Draw(Screen screen, ReconciliationView view)
    {
        if (view.Items.Count > 0)
        {
            screen.Table(
                ["KIND", "JOB", "ACCOUNT", "USER", "STATE", ">EXPECTED", ">AT THE BANK", "END", "NOTE"],
                view.Items.Select(static item =>
                    (IReadOnlyList<string>)
                        [
                            item.Kind,
                            item.BankId,
                            item.Account,
                            item.User,
                            item.State,
                            Screen.Amount(item.Expected),
                            Screen.Amount(item.Told),
                            Screen.Time(item.End),
                            item.Posted ? $"posted; {item.Note}".TrimEnd(' ', ';') : item.Note,
                        ]
                )
            );
        }

        screen.Line(Answers.Compared(view.Runs, view.Differences, view.Remarks, view.Posted));
        if (!view.StraysSought)
        {
            screen.Line(Answers.StraysUnsought);
        }
    }
}
