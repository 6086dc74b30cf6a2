using System.CommandLine;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank dead-letters: records that the bank will not take.</summary>
internal static class DeadLettersCommand
{
    public static Command Create() =>
        new("dead-letters", "Records that the bank will not take (root and SlurmUser)") { List(), Show(), Retry(), Discard() };

    private static Command List()
    {
        var limit = UserOptions.Limit();
        var command = new Command("list", "Lists them, oldest first") { limit };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var letters = await ReadAsync(parsed, after: 0, parsed.GetValue(limit), cancellation);
                var views = letters.ConvertAll(static letter => RecordView.Of(letter) with { Record = null });
                Screen.Of(parsed).Show(views, ViewsJson.Plain.IReadOnlyListRecordView, screen => Draw(screen, views));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Show()
    {
        var seq = new Argument<ulong>("seq") { Description = "Its number, as list shows it" };
        var command = new Command("show", "Shows one with what was sent and what the bank answered") { seq };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var wanted = parsed.GetRequiredValue(seq);
                var letters = wanted > 0 ? await ReadAsync(parsed, wanted - 1, limit: 1, cancellation) : [];
                var views = letters.Where(letter => letter.Seq == wanted).Select(RecordView.Of).ToList();
                if (views.Count == 0)
                {
                    throw new SbankException(ExitCode.No, Failures.NoDeadLetter(wanted));
                }

                Screen.Of(parsed).Show(views, ViewsJson.Plain.IReadOnlyListRecordView, screen => Draw(screen, views[0]));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Retry()
    {
        var seqs = Seqs(ArgumentArity.ZeroOrMore);
        var all = new Option<bool>("--all") { Description = "All of them" };
        var command = new Command("retry", "Sends them once more; what is refused again is parked again") { seqs, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(seqs) is { Length: > 0 })
            {
                result.AddError(Failures.NumbersWanted);
            }
        });
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new RetryDeadLettersRequest { All = parsed.GetValue(all), Seqs = { parsed.GetValue(seqs) ?? [] } };
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var reply = await sidecar.AskAsync((client, call) => client.RetryDeadLettersAsync(request, call), cancellation);
                return Told(parsed, reply.Retried, request.All ? null : request.Seqs.Count, Answers.Retried);
            }
        );
        return command;
    }

    private static Command Discard()
    {
        var seqs = Seqs(ArgumentArity.OneOrMore);
        var reason = new Option<string>("--reason") { Description = "Why, for whoever asks later", Required = true };
        var command = new Command("discard", "Gives them up for good: the bank will never have them") { seqs, reason };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = new DiscardDeadLettersRequest { Reason = parsed.GetRequiredValue(reason), Seqs = { parsed.GetValue(seqs)! } };
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var reply = await sidecar.AskAsync((client, call) => client.DiscardDeadLettersAsync(request, call), cancellation);
                return Told(parsed, reply.Discarded, request.Seqs.Count, Answers.Discarded);
            }
        );
        return command;
    }

    private static Argument<ulong[]> Seqs(ArgumentArity arity) => new("seq") { Description = "Numbers, as list shows them", Arity = arity };

    private static int Told(ParseResult parsed, uint done, int? wanted, string what)
    {
        Screen.Of(parsed).Show(new CountView(done), ViewsJson.Plain.CountView, screen => screen.Line($"{done} {what}"));
        return done < (wanted ?? 0) ? ExitCode.No : ExitCode.Done;
    }

    private static async Task<List<DeadLetter>> ReadAsync(ParseResult parsed, ulong after, uint limit, CancellationToken cancellation)
    {
        using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
        var request = new ListDeadLettersRequest { After = after, Limit = limit };
        return [.. (await sidecar.AskAsync((client, call) => client.ListDeadLettersAsync(request, call), cancellation)).Letters];
    }

    private static void Draw(Screen screen, List<RecordView> views)
    {
        if (views.Count == 0)
        {
            screen.Line(Answers.NoDeadLetters);
            return;
        }

        screen.Table(
            [">SEQ", "KIND", "JOB", "ACCOUNT", "USER", ">AMOUNT", ">ATTEMPTS", "PARKED", "THE BANK SAYS"],
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
                        view.Problem,
                    ]
            )
        );
    }

    private static void Draw(Screen screen, RecordView view) =>
        screen.Facts(
            ("number", $"{view.Seq}"),
            ("kind", view.Kind == "charge" ? "charge (POST /jobs/)" : $"settle (PUT /jobs/{view.BankId}/)"),
            ("job", view.BankId),
            ("account", view.Account),
            ("user", view.User),
            ("amount", $"{Screen.Amount(view.Amount)} SU"),
            ("sent", $"{view.Attempts} times, parked {Screen.Time(view.Since)}"),
            ("the bank says", view.Problem),
            ("what was sent", view.Record ?? "it can't be read any more")
        );
}
