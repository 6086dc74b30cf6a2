using System.CommandLine;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Sbatch;
using SlurmBanking.Cli.Views;
using SlurmBanking.Wire.Banking;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank quote: what a job may cost, before it is submitted.</summary>
internal static class QuoteCommand
{
    public static Command Create()
    {
        var command = new Command("quote", "What a job may cost: sbatch's own options, or a batch script, whose #SBATCH lines are read")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var jobs = Submissions.Of([.. parsed.UnmatchedTokens], Environment.GetEnvironmentVariable, Lines);
                using var sidecar = new Sidecar(parsed.GetRequiredValue(GlobalOptions.Socket));
                var quotes = new List<QuoteView>();
                foreach (var job in jobs)
                {
                    quotes.Add(QuoteView.Of(await AskAsync(sidecar, job, cancellation)));
                }

                Screen.Of(parsed).Show(quotes, ViewsJson.Plain.IReadOnlyListQuoteView, screen => Draw(screen, quotes));
                return quotes.TrueForAll(static quote => quote.Accepted || quote.Mode == "observe") ? ExitCode.Done : ExitCode.No;
            }
        );
        return command;
    }

    private static Task<QuoteReply> AskAsync(Sidecar sidecar, Submission job, CancellationToken cancellation) =>
        sidecar.AskAsync((client, call) => client.QuoteAsync(new QuoteRequest { Job = job }, call), cancellation);

    private static IEnumerable<string> Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbankException(ExitCode.Misused, Failures.FileUnreadable(path, e.Message));
        }
    }

    private static void Draw(Screen screen, List<QuoteView> quotes)
    {
        foreach (var (quote, i) in quotes.Select(static (quote, i) => (quote, i)))
        {
            if (i > 0)
            {
                screen.Line();
            }

            screen.Facts(
                ("component", quotes.Count > 1 ? $"{i} of a heterogeneous job" : ""),
                ("may cost", quote.Amount is { } amount ? $"{Screen.Amount(amount)} SU" : "can't be priced"),
                ("because", quote.How),
                ("partition", quote.Partition),
                ("account", quote.Account),
                ("available", Available(quote.Balance)),
                ("answer", Answer(quote))
            );
        }

        if (quotes.Count > 1)
        {
            screen.Facts(("all together", $"{Screen.Amount(quotes.Sum(static quote => quote.Amount ?? 0))} SU"));
        }
    }

    private static string Available(BalanceView? balance) =>
        balance switch
        {
            null => "",
            { Refusal: not null } or { Read: null } => balance.Remark,
            { Available: null } => "unlimited",
            { UserAvailable: { } user } => $"{Screen.Amount(balance.Available)} SU, of which {Screen.Amount(user)} for you",
            _ => $"{Screen.Amount(balance.Available)} SU",
        };

    private static string Answer(QuoteView quote) =>
        (quote.Accepted, quote.Mode) switch
        {
            (true, _) => Answers.Accepted,
            (false, "observe") => Answers.Observed(quote.Message ?? ""),
            _ => Answers.Refused(quote.Message ?? ""),
        };
}
