using Xunit.Sdk;
using Xunit.v3;

// The questions look at what an account has used before and after: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace SlurmBanking.Contract.Tests;

/// <summary>Questions to a bank, after each of which what it charged is given back.</summary>
public abstract class ContractTests : IAsyncLifetime
{
    private readonly BankUnderTest _bank = new();

    private protected BankUnderTest Bank => _bank;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _bank.Settle();
        _bank.Dispose();
    }

    /// <summary>What an account's usage grew by while something was done.</summary>
    private protected async Task<decimal> Cost(PreparedAccount account, Func<Task> action)
    {
        var before = await Bank.Usage(account);
        await action();
        return await Bank.Usage(account) - before;
    }
}
