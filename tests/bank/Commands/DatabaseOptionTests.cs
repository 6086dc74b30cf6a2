using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Commands;

/// <summary>What --database takes, and what of it is told.</summary>
public sealed class DatabaseOptionTests
{
    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        using var database = new SqliteTestDatabase();
        await File.WriteAllTextAsync(database.Address, new string('x', 5000), TestContext.Current.CancellationToken);
        Assert.Contains("can't open the database", await Refused(database.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_none_of_both_is_refused() =>
        Assert.Contains(
            "--database takes a file or the address of a PostgreSQL database",
            await Refused("mysql://db/bank"),
            StringComparison.Ordinal
        );

    [Theory]
    // {0}: the socket's directory, {1}: the password, {2}: the database
    [InlineData("Host={0};Username=bank;Password={1};Database={2}")]
    [InlineData("host={0};user id=bank;pwd={1};db={2};maximum pool size=2")]
    [InlineData("postgresql:///{2}?host={0}&user=bank&password={1}")]
    [InlineData("postgres:///?dbname={2}&host={0}&user=bank&password={1}&application_name=x&connect_timeout=3&sslmode=prefer")]
    public async Task A_PostgreSQL_database_is_named_in_Npgsqls_form_or_libpqs(string form)
    {
        var server = PostgresServer.Shared;
        var name = server.CreateDatabase();
        var address = string.Format(null, form, server.Socket, server.Password, name);
        var (exitCode, output, error) = await BankProcess.Run("account", "create", "fc_abc", "--database", address);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("opened account fc_abc", output, StringComparison.Ordinal);
        server.DropDatabase(name);
    }

    [Theory]
    [InlineData("Host=/nowhere;Password=canary-1;Sekret=canary-1", "the database's address can't be read")]
    [InlineData("Host=/nowhere;canary-1=", "the database's address can't be read")]
    [InlineData("Host=/nowhere;Port=canary-1", "the database's address can't be read")]
    [InlineData("Database=bank;Password=canary-1", "the database's address names no host")]
    [InlineData("postgresql://bank:canary-1@host:port/bank", "the database's address can't be read")]
    [InlineData("postgresql://bank:canary-1@host/bank?canary-1", "the database's address can't be read")]
    [InlineData("Host=/nowhere;Username=bank;Password=canary-1;Database=books", "PostgreSQL at /nowhere, books: Failed to connect")]
    public async Task What_is_wrong_with_an_address_is_told_without_its_password(string address, string message)
    {
        var error = await Refused(address);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_repeated()
    {
        var error = await Refused($"Host={PostgresServer.Shared.Socket};Username=bank;Password=canary-1;Database=postgres");
        Assert.Contains("28P01 password authentication failed for user \"bank\"", error, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error, StringComparison.Ordinal);
    }

    private static async Task<string> Refused(string address)
    {
        var (exitCode, output, error) = await BankProcess.Run("account", "create", "fc_abc", "--database", address);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"\Abank: [^\n]+\n\z", error);
        return error;
    }
}
