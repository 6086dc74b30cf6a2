using System.Data.Common;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Storage.Sqlite;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>A file in a directory of its own.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bank-test-");

    public override string Address => Path.Combine(_directory.FullName, "bank.db");

    public override string DropGuards => "DROP TRIGGER transfers_are_not_updated; DROP TRIGGER transfers_are_not_deleted";

    public override string NothingThere => $"there is no database {Address}";

    public override string SetLayout(int version) => $"PRAGMA user_version = {version}";

    public override IBankStore Open() => new SqliteStore(Address, mayCreate: true);

    public override void Dispose() => _directory.Delete(recursive: true);

    protected override DbConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Address};Pooling=False;Foreign Keys=True");
        connection.Open();
        return connection;
    }

    protected override DbParameter Parameter(int number, object value) => new SqliteParameter($"${number}", value);
}
