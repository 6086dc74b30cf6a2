using SlurmBanking.Bank.Storage.Sqlite;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>A database in a directory of its own, gone afterwards.</summary>
public sealed class TemporaryDatabase : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bank-test-");

    public string Path => System.IO.Path.Combine(_directory.FullName, "bank.db");

    public SqliteStore Open() => new(Path, mayCreate: true);

    public void Dispose() => _directory.Delete(recursive: true);
}
