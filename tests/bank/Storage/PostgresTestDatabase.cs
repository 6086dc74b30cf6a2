using System.Data.Common;
using Npgsql;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Storage.Postgres;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>A database of the run's PostgreSQL server.</summary>
public sealed class PostgresTestDatabase : TestDatabase
{
    private readonly PostgresServer _server;
    private readonly string _name;

    public PostgresTestDatabase()
        : this(PostgresServer.Shared) { }

    /// <summary>A database of a server that the test may stop.</summary>
    public PostgresTestDatabase(PostgresServer server)
    {
        _server = server;
        _name = server.CreateDatabase();
    }

    public override string Address => _server.Address(_name);

    public override string DropGuards => "DROP TRIGGER transfers_are_not_changed ON transfers";

    public override string NothingThere => $"there is no bank in the database {_name}";

    public override string SetLayout(int version) => $"UPDATE layout SET version = {version}";

    public override double ServerCpu() => _server.Cpu();

    public override IBankStore Open() => new PostgresStore(Address, mayBegin: true);

    public override void Dispose() => _server.DropDatabase(_name);

    /// <summary>Runs SQL in a transaction that lasts until what is returned is disposed of.</summary>
    public IDisposable Hold(string sql)
    {
        var connection = _server.Connect(_name);
        var transaction = connection.BeginTransaction();
#pragma warning disable CA2100
        using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return connection;
    }

    protected override DbConnection Connect() => _server.Connect(_name);

    protected override DbParameter Parameter(int number, object value) => new NpgsqlParameter { Value = value };
}
