using System.CommandLine;
using System.CommandLine.Parsing;
using SlurmBanking.Bank.Commands;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

var time = TimeProvider.System;
var root = new RootCommand("A bank for Slurm clusters")
{
    ServeCommand.Create(time),
    AccountCommand.Create(time),
    DepositCommand.Create(time),
    DepositCommand.Adjust(time),
    JobCommands.Refund(time),
    JobCommands.Receipt(),
    DirectoryCommands.Partition(),
    DirectoryCommands.User(),
    TokenCommand.Create(time),
    StatementCommand.Create(time),
    VerifyCommand.Create(time),
    LeaseCommands.Create(time),
    DatabaseOption.Instance,
};
var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors is [{ } error, ..] && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    await Console.Error.WriteLineAsync(CommandLine.Failed(error.Message));
    return 2;
}

try
{
    // The server ends by its host's own handling of SIGTERM, the other commands at once.
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
    );
}
catch (Exception exception) when (exception is TellerException or BankStoreException)
{
    await Console.Error.WriteLineAsync(CommandLine.Failed(exception.Message));
    return 1;
}
