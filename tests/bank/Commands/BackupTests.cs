using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Commands;

/// <summary>What docs/operations.md tells to type for a backup, typed while a bank serves: the copy is a bank's books, whole.</summary>
/// <param name="of">What the block is known by.</param>
public abstract partial class BackupTests<TDatabase>(string of) : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private readonly BankOn<TDatabase> _bank = new();
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("bank-backup-");

    protected TestDatabase Database => _bank.Database;

    /// <summary>Where the document's commands are to find the books instead, and where they are to put what they make.</summary>
    protected abstract IEnumerable<(string Said, string Meant)> Places(string directory);

    /// <summary>What the commands find in their environment.</summary>
    protected virtual IEnumerable<(string Name, string Value)> Surroundings => [];

    /// <summary>The address of the copy.</summary>
    protected abstract string Copy(string directory);

    public async ValueTask InitializeAsync()
    {
        await _bank.InitializeAsync();
        var account = await _bank.Account();
        await _bank.Post(Contract.Bank.Job("b-1", account, "48.00"));
        await _bank.Put(Contract.Bank.Job("b-1", account, "30.00"));
    }

    public async ValueTask DisposeAsync()
    {
        _place.Delete(recursive: true);
        await _bank.DisposeAsync();
    }

    [Fact]
    public async Task What_the_page_says_makes_a_copy_that_balances_and_serves()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs/operations.md"));
        var lines = Block()
            .Matches(page)
            .Select(static block => block.Groups["lines"].Value)
            .Single(lines => lines.Contains(of, StringComparison.Ordinal));
        var typed = Places(_place.FullName)
            .Aggregate(lines, static (text, place) => text.Replace(place.Said, place.Meant, StringComparison.Ordinal));
        var start = new ProcessStartInfo("sh", ["-e", "-c", $"bank() {{ {AppContext.BaseDirectory}/SlurmBanking.Bank \"$@\"; }}\n{typed}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Surroundings)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync();
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, await errors);

        // As the original does, number by number.
        var (code, original, _) = await BankProcess.Run("verify", "--database", Database.Address);
        Assert.Equal((0, original), (code, said));
        using var restored = await BankProcess.Serve(Copy(_place.FullName));
        Assert.Contains(
            "b-1",
            (await BankProcess.Run("statement", "fc_1", "--database", Copy(_place.FullName))).Output,
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex("```sh\n(?<lines>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();
}

public sealed class SqliteBackupTests() : BackupTests<SqliteTestDatabase>("sqlite3 ")
{
    protected override IEnumerable<(string Said, string Meant)> Places(string directory) =>
        [("/var/lib/slurm-banking-bank/bank.db", Database.Address), ("/backup", directory)];

    protected override string Copy(string directory) => Path.Combine(directory, "bank.db");
}

public sealed class PostgresBackupTests() : BackupTests<PostgresTestDatabase>("pg_dump ")
{
    private readonly string _name = $"restored_{Guid.NewGuid():N}";

    protected override IEnumerable<(string Said, string Meant)> Places(string directory) =>
        [
            ("bank_restored", _name),
            ("//bank@db1/bank'", $"//{Server.Username}@/{Server.Database}?host={Server.Host}'"),
            ("//bank@db1/", "///"),
            ($"///{_name}'", $"///{_name}?host={Server.Host}&user={Server.Username}'"),
            ("/backup", directory),
        ];

    protected override IEnumerable<(string Name, string Value)> Surroundings =>
        [("PGHOST", Server.Host!), ("PGUSER", Server.Username!), ("PGPASSWORD", Server.Password!), ("PGDATABASE", "postgres")];

    protected override string Copy(string directory) => new NpgsqlConnectionStringBuilder(Database.Address) { Database = _name }.ToString();

    private NpgsqlConnectionStringBuilder Server => new(Database.Address);
}
