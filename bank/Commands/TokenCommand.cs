using System.CommandLine;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank token create.</summary>
internal static class TokenCommand
{
    public static Command Create(TimeProvider time)
    {
        var name = Arguments.TokenName();
        var staff = new Option<bool>("--staff") { Description = "Let it write job records, not just ask" };
        var expires = Arguments.Date("--expires", "Last day on which it is good; without it there is none", isEnd: true);
        var create = new Command("create", "Makes a token and prints it, this once") { name, staff, expires };
        create.SetAction(
            async (parsed, _) =>
            {
                var token = parsed.GetRequiredValue(name);
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                var key = await store.Write(books =>
                    TokenTeller.Create(books, token, parsed.GetValue(staff), parsed.GetValue(expires), time.GetUtcNow())
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(key);
                return 0;
            }
        );
        return new Command("token", "Makes the tokens that clients carry") { create };
    }
}
