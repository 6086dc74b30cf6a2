using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank replay: what past jobs would have cost by other prices.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var prices = new Option<FileInfo>("--prices")
        {
            Description = "TOML with [PartitionPrice], [TresPrice], [QosMultiplier]; a bank-config.toml does",
            Required = true,
        };
        var since = TimeOption.Create("--since", "Runs that ended from then on: a day or a time, local unless it ends in Z");
        since.Required = true;
        var until = TimeOption.Create("--until", "Runs that ended before then [default: now]");
        var command = new Command("replay", "What past jobs would have cost by other prices (root and SlurmUser)") { prices, since, until };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new ReplayRequest
                {
                    Prices = Text(parsed.GetRequiredValue(prices)),
                    Since = parsed.GetValue(since)?.ToTimestamp(),
                    Until = parsed.GetValue(until)?.ToTimestamp(),
                };
                var (usage, summary) = (new List<ReplayedUsageView>(), (ReplaySummary?)null);
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                using var progress = new Progress(parsed.InvocationConfiguration.Error, request.Since, request.Until);
                await sidecar.StreamAsync(
                    (client, call) => client.Replay(request, call),
                    reply =>
                    {
                        summary = reply.Summary ?? summary;
                        progress.Reach(reply.Progress?.Until, reply.Progress?.Runs ?? 0);
                        if (reply.Usage is { } row)
                        {
                            usage.Add(ReplayedUsageView.Of(row));
                        }
                    },
                    cancellation
                );
                var view = View(usage, summary ?? throw new SbankException(ExitCode.Unavailable, Failures.BrokenOff));
                Screen.Of(parsed).Show(view, ViewsJson.Plain.ReplayView, screen => Draw(screen, view));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Text(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbankException(ExitCode.Misused, Failures.FileUnreadable($"{file}", e.Message));
        }
    }

    private static ReplayView View(List<ReplayedUsageView> usage, ReplaySummary summary) =>
        new(
            summary.Since?.ToDateTimeOffset(),
            summary.Until?.ToDateTimeOffset(),
            summary.Runs,
            summary.PricesUnknown,
            usage.Sum(static row => row.Cost),
            usage.Sum(static row => row.WouldCost),
            usage
        );

    private static void Draw(Screen screen, ReplayView view)
    {
        var all = new ReplayedUsageView("all", "", view.Runs, view.Cost, view.WouldCost);
        screen.Table(
            ["ACCOUNT", "PARTITION", ">RUNS", ">COST", ">WOULD COST", ">CHANGE"],
            view.Usage.Append(all)
                .Select(static row =>
                    (IReadOnlyList<string>)
                        [row.Account, row.Partition, $"{row.Runs}", Screen.Amount(row.Cost), Screen.Amount(row.WouldCost), row.Change]
                )
        );
        if (view.PricesUnknown > 0)
        {
            screen.Line(Answers.PricesUnknown(view.PricesUnknown));
        }
    }
}
