using System.Globalization;
using System.Text.Json;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Reads what a cluster says of its partitions and users, and names what is wrong by the list in which it is.</summary>
internal static class DirectoryReader
{
    private const decimal PriceBound = 1_000_000_000m;

    public static ClusterDirectory Read(BodyFields fields)
    {
        var partitions = fields.Objects("partitions", ClusterDirectory.MostPartitions, Partition);
        var users = fields.Objects("users", ClusterDirectory.MostUsers, User);
        if (Twice(partitions, static partition => partition.Name) is { } name)
        {
            fields.Wrong("partitions", RestAnswers.NameTwice(name));
        }

        if (Twice(users, static user => user.UserId) is { } uid)
        {
            fields.Wrong("users", RestAnswers.UidTwice(uid));
        }

        return new ClusterDirectory { Partitions = partitions, Users = users };
    }

    private static string? Twice<T>(List<T>? all, Func<T, string> name) =>
        all?.CountBy(name).FirstOrDefault(static pair => pair.Value > 1).Key;

    private static Partition Partition(BodyFields fields)
    {
        var price = fields.RequiredText("su_per_core_hour", 20) ?? "0";
        var isPrice =
            decimal.TryParse(price, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perHour) && perHour < PriceBound;
        if (!isPrice)
        {
            fields.Wrong("su_per_core_hour", ContractAnswers.NoNumber);
        }

        return new Partition
        {
            Name = Name(fields, "name", ClusterDirectory.MaxPartitionName),
            Shared = fields.Flag("shared"),
            NumNodes = fields.RequiredInteger("num_nodes"),
            NumCores = fields.RequiredInteger("num_cores"),
            SuPerCoreHour = perHour,
        };
    }

    private static ClusterUser User(BodyFields fields) =>
        new()
        {
            UserId = fields.RequiredText("userid", 20, isDigits: true) ?? "",
            Username = Name(fields, "username", ClusterDirectory.MaxUserName),
        };

    private static string Name(BodyFields fields, string field, int maxLength)
    {
        var name = fields.RequiredText(field, maxLength) ?? "";
        if (name.Length > 0 && NameRule.Problem(name) is { } problem)
        {
            fields.Wrong(field, problem);
        }

        return name;
    }
}
