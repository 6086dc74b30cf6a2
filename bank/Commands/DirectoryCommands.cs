using System.CommandLine;
using System.Globalization;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank partition set, bank partition remove, bank user set: what /partitions/ and /users/ list.</summary>
internal static class DirectoryCommands
{
    private const int MaxUserName = 150;
    private const int MaxEmail = 254;

    public static Command Partition() =>
        new("partition", "Lists partitions to clients that ask for them") { SetPartition(), RemovePartition() };

    public static Command User()
    {
        var uid = Arguments.Uid();
        var name = Arguments.Text("--name", "The login name", MaxUserName);
        var email = Arguments.Text("--email", "The mail address", MaxEmail);
        var set = new Command("set", "Says who a uid is, in the place of what was said before") { uid, name, email };
        set.SetAction(
            async (parsed, _) =>
            {
                var user = new StoredUser(parsed.GetRequiredValue(uid), parsed.GetValue(name), parsed.GetValue(email));
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                await store.Write(books =>
                {
                    books.Save(user);
                    return true;
                });
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"user {user.Uid} is {user.Name ?? "-"}, {user.Email ?? "-"}");
                return 0;
            }
        );
        return new Command("user", "Says who uids are") { set };
    }

    private static Command SetPartition()
    {
        var name = Arguments.Partition();
        var nodes = Count("--nodes", "Its nodes");
        var cores = Count("--cores", "The cores of one node");
        var price = new Option<decimal>("--price")
        {
            Description = "Service units per core and hour",
            HelpName = "SU",
            Required = true,
            CustomParser = static result =>
            {
                var text = result.Tokens[0].Value;
                var isPrice =
                    decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var parsed)
                    && parsed is >= 0 and < 1_000_000_000m;
                if (!isPrice)
                {
                    result.AddError(CommandLine.BadPrice(text));
                }

                return parsed;
            },
        };
        var shared = new Option<bool>("--shared") { Description = "Jobs share its nodes" };
        var set = new Command("set", "Lists a partition, in the place of what was said before") { name, nodes, cores, price, shared };
        set.SetAction(
            async (parsed, _) =>
            {
                var partition = new Partition
                {
                    Name = parsed.GetRequiredValue(name),
                    Shared = parsed.GetValue(shared),
                    NumNodes = parsed.GetRequiredValue(nodes),
                    NumCores = parsed.GetRequiredValue(cores),
                    SuPerCoreHour = parsed.GetRequiredValue(price),
                };
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                await store.Write(books =>
                {
                    books.Save(partition);
                    return true;
                });
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    $"partition {partition.Name}: {partition.NumNodes} nodes of {partition.NumCores} cores, {partition.SuPerCoreHour} SU per core and hour"
                );
                return 0;
            }
        );
        return set;
    }

    private static Command RemovePartition()
    {
        var name = Arguments.Partition();
        var remove = new Command("remove", "Lists a partition no more") { name };
        remove.SetAction(
            async (parsed, _) =>
            {
                var partition = parsed.GetRequiredValue(name);
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                if (!await store.Write(books => books.RemovePartition(partition)))
                {
                    throw new TellerException(Refusals.NoPartition(partition), TellerFault.NotFound, "name");
                }

                await parsed.InvocationConfiguration.Output.WriteLineAsync($"partition {partition} is not listed");
                return 0;
            }
        );
        return remove;
    }

    private static Option<int> Count(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            Required = true,
            CustomParser = static result =>
            {
                var text = result.Tokens[0].Value;
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                {
                    result.AddError(CommandLine.BadCount(text));
                }

                return parsed;
            },
        };
}
