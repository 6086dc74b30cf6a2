using System.CommandLine;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank deposit.</summary>
internal static class DepositCommand
{
    public static Command Create(TimeProvider time)
    {
        var name = Arguments.Account();
        var amount = Arguments.Amount();
        var command = new Command("deposit", "Credits an account, which creates or enlarges its allocation") { name, amount };
        command.SetAction(
            async (parsed, _) =>
            {
                var (account, deposit) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(amount));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var key = $"deposit/{Guid.NewGuid():N}";
                var (standing, allocation) = await store.Write(books =>
                    AccountTeller.Deposit(books, account, deposit, key, time.GetUtcNow())
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"deposited {deposit} SU to {account}: allocation {allocation.Total(standing.Deposited)}, used {standing.Usage}"
                );
                return 0;
            }
        );
        return command;
    }
}
