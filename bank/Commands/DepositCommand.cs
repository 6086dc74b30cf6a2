using System.CommandLine;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank deposit, bank adjust.</summary>
internal static class DepositCommand
{
    public static Command Create(TimeProvider time)
    {
        var name = Arguments.Account();
        var amount = Arguments.Amount();
        var reason = Arguments.Reason(isRequired: false);
        var key = Arguments.Key();
        var command = new Command("deposit", "Credits an account, which creates or enlarges its allocation") { name, amount, reason, key };
        command.SetAction(
            async (parsed, _) =>
            {
                var (account, deposit) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(amount));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var full = $"deposit/{parsed.GetValue(key) ?? $"{Guid.NewGuid():N}"}";
                var (standing, allocation) = await store.Write(books =>
                    AccountTeller.Deposit(books, account, deposit, full, time.GetUtcNow(), CommandLineActor.Name, parsed.GetValue(reason))
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"deposited {deposit} SU to {account}: {Of(standing, allocation)}"
                );
                return 0;
            }
        );
        return command;
    }

    public static Command Adjust(TimeProvider time)
    {
        var name = Arguments.Account();
        var amount = Arguments.Difference();
        var reason = Arguments.Reason(isRequired: true);
        var key = Arguments.Key();
        var command = new Command("adjust", "Corrects what an account was given") { name, amount, reason, key };
        command.SetAction(
            async (parsed, _) =>
            {
                var (account, difference) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(amount));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var full = $"adjustment/{parsed.GetValue(key) ?? $"{Guid.NewGuid():N}"}";
                var why = parsed.GetRequiredValue(reason)!;
                var (standing, allocation) = await store.Write(books =>
                    AccountTeller.Adjust(books, account, difference, full, CommandLineActor.Name, why, time.GetUtcNow())
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"adjusted {account} by {difference} SU: {Of(standing, allocation)}"
                );
                return 0;
            }
        );
        return command;
    }

    private static string Of(Standing standing, Allocation allocation) =>
        $"allocation {allocation.Total(standing.Deposited)}, used {standing.Usage}";
}
