using System.Globalization;
using System.Text.Json;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api.V1;

/// <summary>Reads what a cluster says of its partitions and users, and names what is wrong by the list in which it is.</summary>
internal static class DirectoryReader
{
    private const int MostPartitions = 1000;
    private const int MostUsers = 5000;
    private const int MaxPartition = 50;
    private const int MaxUser = 150;
    private const decimal PriceBound = 1_000_000_000m;

    public static ClusterDirectory Read(BodyFields fields)
    {
        var partitions = fields.Objects("partitions", MostPartitions, Partition);
        var users = fields.Objects("users", MostUsers, User) ?? [];
        if (partitions?.CountBy(static partition => partition.Name).Any(static pair => pair.Value > 1) == true)
        {
            fields.Wrong("partitions", "A name comes twice.");
        }

        if (users.CountBy(static user => user.Uid).Any(static pair => pair.Value > 1))
        {
            fields.Wrong("users", "A uid comes twice.");
            users = [];
        }

        return new ClusterDirectory(partitions, users.ToDictionary(static user => user.Uid, static user => user.Name));
    }

    private static Partition Partition(BodyFields fields)
    {
        var price = fields.RequiredText("su_per_core_hour", 20) ?? "0";
        var isPrice =
            decimal.TryParse(price, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perHour) && perHour < PriceBound;
        if (!isPrice)
        {
            fields.Wrong("su_per_core_hour", "A valid number is required.");
        }

        return new Partition
        {
            Name = Name(fields, "name", MaxPartition),
            Shared = fields.Flag("shared"),
            NumNodes = fields.RequiredInteger("num_nodes"),
            NumCores = fields.RequiredInteger("num_cores"),
            SuPerCoreHour = perHour,
        };
    }

    private static (string Uid, string Name) User(BodyFields fields)
    {
        var uid = fields.RequiredText("userid", 20, isDigits: true) ?? "";
        return (uid, Name(fields, "username", MaxUser));
    }

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
