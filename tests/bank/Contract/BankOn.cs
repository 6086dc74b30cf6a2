using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>A bank whose books are in a database of one kind.</summary>
public sealed class BankOn<TDatabase>() : Bank(new TDatabase())
    where TDatabase : TestDatabase, new();
