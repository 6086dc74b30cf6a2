using System.CommandLine;
using System.Globalization;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank lease list, bank lease release.</summary>
internal static class LeaseCommands
{
    public static Command Create(TimeProvider time) =>
        new("lease", "Shows what clusters hold of accounts, and takes it away from those that will not come back")
        {
            List(time),
            Release(time),
        };

    private static Command List(TimeProvider time)
    {
        var account = Arguments.Account();
        account.Arity = ArgumentArity.ZeroOrOne;
        account.Description = "The account's name; without it all are shown";
        var command = new Command("list", "Shows the leases, by account, cluster and user") { account };
        command.SetAction(
            async (parsed, _) =>
            {
                var (name, now) = (parsed.GetValue(account), time.GetUtcNow());
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var leases = await store.Read(books =>
                    books.ListLeases(name is null ? null : AccountTeller.Find(books, name).Name, 0, int.MaxValue).Leases
                );
                var output = parsed.InvocationConfiguration.Output;
                WriteRow(output, "ACCOUNT", "CLUSTER", "USER", "LEASED", "HELD", "WANTED MORE", "STATE");
                foreach (var lease in leases)
                {
                    WriteRow(
                        output,
                        lease.Account,
                        lease.Cluster,
                        lease.Uid == Lease.OfProject ? "-" : lease.Uid,
                        $"{lease.Standing(now)}",
                        $"{lease.Held}",
                        $"{lease.Unmet}",
                        lease.IsLive(now) ? "live" : $"stale since {StatementFormats.Time(lease.Expires)}"
                    );
                }

                return 0;
            }
        );
        return command;
    }

    private static Command Release(TimeProvider time)
    {
        var account = Arguments.Account();
        var cluster = Arguments.Cluster();
        var reason = Arguments.Reason(isRequired: true);
        var command = new Command("release", "Takes a cluster's leases on an account away: what it held can be spent by others")
        {
            account,
            cluster,
            reason,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var why = parsed.GetRequiredValue(reason)!;
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var release = await store.Write(books =>
                    LeaseTeller.Release(
                        books,
                        parsed.GetRequiredValue(account),
                        parsed.GetRequiredValue(cluster),
                        CommandLineActor.Name,
                        why,
                        time.GetUtcNow()
                    )
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"released {release.Released} SU of account {release.Account} from cluster {release.Cluster}"
                );
                return 0;
            }
        );
        return command;
    }

    private static void WriteRow(TextWriter output, params ReadOnlySpan<object> cells) =>
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0,-20}  {1,-16}  {2,-10}  {3,15}  {4,15}  {5,15}  {6}", [.. cells]));
}
