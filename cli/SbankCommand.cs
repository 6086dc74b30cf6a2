using System.CommandLine;
using System.CommandLine.Invocation;
using SlurmBanking.Cli.Commands;

namespace SlurmBanking.Cli;

/// <summary>The whole command line.</summary>
internal static class SbankCommand
{
    public static RootCommand Create() =>
        new("What jobs may cost, hold and cost, and what is left: questions to slurm-banking")
        {
            QuoteCommand.Create(),
            BalanceCommand.Create(),
            JobsCommand.Jobs(),
            JobsCommand.Why(),
            StatusCommand.Create(),
            JobsCommand.Holds(),
            OutboxCommand.Create(),
            DeadLettersCommand.Create(),
            ReconcileCommand.Create(),
            ReplayCommand.Create(),
            AccountCommand.Create(),
            DepositCommand.Create(),
            StatementCommand.Create(),
            CompletionCommand.Create(),
            GlobalOptions.Json,
            GlobalOptions.Socket,
        };

    /// <summary>Does what a command line asks for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var parsed = Create().Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors is [{ } error, ..] && parsed.Action is ParseErrorAction)
        {
            await errors.WriteLineAsync($"sbank: {error.Message}");
            return ExitCode.Misused;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    Output = output,
                    Error = errors,
                }
            );
        }
        catch (SbankException exception)
        {
            await errors.WriteLineAsync($"sbank: {Screen.Harmless(exception.Message)}");
            return exception.ExitCode;
        }
    }
}
