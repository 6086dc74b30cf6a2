using System.CommandLine;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank verify.</summary>
internal static class VerifyCommand
{
    private const int MaxShown = 100;

    public static Command Create(TimeProvider time)
    {
        var command = new Command("verify", "Adds up the whole ledger again and compares it with everything that is kept beside it");
        command.SetAction(
            async (parsed, _) =>
            {
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var (audit, differences) = await store.Read(books => AuditTeller.Audit(books, time.GetUtcNow()));
                if (differences.Count == 0)
                {
                    parsed.InvocationConfiguration.Output.WriteLine(
                        $"the books balance: {audit.Transfers} transfers, {audit.Moved} SU moved"
                    );
                    return 0;
                }

                var error = parsed.InvocationConfiguration.Error;
                error.WriteLine(CommandLine.Unbalanced(differences.Count));
                foreach (var difference in differences.Take(MaxShown))
                {
                    error.WriteLine(difference);
                }

                return 1;
            }
        );
        return command;
    }
}
