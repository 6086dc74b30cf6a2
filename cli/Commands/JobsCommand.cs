using System.CommandLine;
using System.Globalization;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank jobs, sbank why and sbank holds: what jobs hold, are charged and cost.</summary>
internal static class JobsCommand
{
    private const string IdHelp = "12, or an array's; of an array's task 12_3";

    public static Command Jobs()
    {
        var (jobs, user, account, limit) = (Ids(), UserOptions.User(), UserOptions.Account(), UserOptions.Limit());
        var command = new Command("jobs", "Jobs that are held for, run, or ended lately; with JOBIDs each with its receipt")
        {
            jobs,
            user,
            account,
            limit,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = Request(parsed, user, account, limit, open: false);
                request.Jobs.AddRange((parsed.GetValue(jobs) ?? []).Select(IdOf));
                var (views, more) = await AskAsync(parsed, request, cancellation);
                var isNamed = request.Jobs.Count > 0;
                Screen
                    .Of(parsed)
                    .Show(views, ViewsJson.Plain.IReadOnlyListJobView, screen => Draw(screen, views, more, withReceipts: isNamed));
                return isNamed && views.Count == 0 ? ExitCode.No : ExitCode.Done;
            }
        );
        return command;
    }

    public static Command Why()
    {
        var job = new Argument<string>("jobid") { Description = IdHelp };
        var command = new Command("why", "What became of a job's cost, and why") { job };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new ListJobsRequest { Limit = 1000, Jobs = { IdOf(parsed.GetRequiredValue(job)) } };
                var (views, _) = await AskAsync(parsed, request, cancellation);
                Screen.Of(parsed).Show(views, ViewsJson.Plain.IReadOnlyListJobView, screen => Explain(screen, views, request.Jobs[0]));
                return views.Count == 0 ? ExitCode.No : ExitCode.Done;
            }
        );
        return command;
    }

    public static Command Holds()
    {
        var (user, account, limit) = (UserOptions.User(), UserOptions.Account(), UserOptions.Limit());
        var command = new Command("holds", "What is held and runs now, of all users (root and SlurmUser)") { user, account, limit };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var (views, more) = await AskAsync(parsed, Request(parsed, user, account, limit, open: true), cancellation);
                Screen
                    .Of(parsed)
                    .Show(views, ViewsJson.Plain.IReadOnlyListJobView, screen => Draw(screen, views, more, withReceipts: false));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Argument<string[]> Ids() => new("jobid") { Description = IdHelp, Arity = ArgumentArity.ZeroOrMore };

    // All tasks of an array are shown by its id.
    private static uint IdOf(string text) =>
        uint.TryParse(text.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw new SbankException(ExitCode.Misused, Failures.NoJobId(text));

    private static ListJobsRequest Request(ParseResult parsed, Option<string?> user, Option<string?> account, Option<uint> limit, bool open)
    {
        var request = new ListJobsRequest
        {
            Account = parsed.GetValue(account) ?? "",
            Limit = parsed.GetValue(limit),
            Open = open,
        };
        if (UserOptions.UidOf(parsed, user) is { } uid)
        {
            request.Uid = uid;
        }

        return request;
    }

    private static async Task<(List<JobView> Views, bool More)> AskAsync(
        ParseResult parsed,
        ListJobsRequest request,
        CancellationToken cancellation
    )
    {
        using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
        var reply = await sidecar.AskAsync((client, call) => client.ListJobsAsync(request, call), cancellation);
        return ([.. reply.Jobs.Select(JobView.Of)], reply.More);
    }

    private static void Draw(Screen screen, List<JobView> views, bool more, bool withReceipts)
    {
        if (views.Count == 0)
        {
            screen.Line(Answers.NoJobs);
            return;
        }

        string[] columns = ["JOBID", "USER", "ACCOUNT", "PARTITION", "STATE", ">ESTIMATE", ">COST", "SINCE"];
        screen.Table(
            withReceipts ? [.. columns, "RECEIPT"] : columns,
            views.Select(view =>
                (IReadOnlyList<string>)
                    [
                        view.Job.Length > 0 ? view.Job : "(new)",
                        view.User,
                        view.Account,
                        view.Partition,
                        view.State,
                        Screen.Amount(view.Estimate + view.More),
                        Screen.Amount(view.Actual),
                        Screen.Time(view.Started ?? view.Submitted),
                        .. withReceipts ? [view.HowActual.Length > 0 ? view.HowActual : view.How] : Array.Empty<string>(),
                    ]
            )
        );
        if (more)
        {
            screen.Line(Answers.More);
        }
    }

    private static void Explain(Screen screen, List<JobView> views, uint job)
    {
        if (views.Count == 0)
        {
            screen.Line(Answers.UnknownJob($"{job}"));
            return;
        }

        foreach (var view in views.AsEnumerable().Reverse())
        {
            screen.Facts(
                ("job", view.Restart > 0 ? $"{view.Job}, started again for the {view.Restart}. time" : view.Job),
                ("account", view.Account),
                ("submitted", Screen.Time(view.Submitted)),
                ("started", view.Started is null ? "" : Screen.Time(view.Started)),
                (view.State == "held" ? "held" : "estimate", Because(view.Estimate, view.How)),
                ("held on top", view.More > 0 ? $"{Screen.Amount(view.More)} SU, because it was raised while it ran" : ""),
                ("cost", view.Actual is { } actual ? Because(actual, view.HowActual) : ""),
                ("returned", view.Actual is { } cost && view.Estimate > cost ? $"{Screen.Amount(view.Estimate - cost)} SU" : ""),
                ("state", Story(view)),
                ("the bank says", view.Problem)
            );
            screen.Line();
        }
    }

    private static string Because(decimal amount, string how) =>
        how.Length > 0 ? $"{Screen.Amount(amount)} SU = {how}" : $"{Screen.Amount(amount)} SU";

    private static string Story(JobView view) =>
        (view.State, view.ChargeRefused, view.LetIn) switch
        {
            ("held", _, true) => Answers.WaitsUnasked,
            ("held", _, _) => Answers.Waits,
            ("charging", _, _) => Answers.Charging,
            ("charged", _, _) => Answers.Charged,
            (_, true, _) => Answers.Parked,
            ("settling", _, _) => Answers.Settling,
            _ => Answers.Settled,
        };
}
