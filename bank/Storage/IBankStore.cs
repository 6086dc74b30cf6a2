namespace SlurmBanking.Bank.Storage;

/// <summary>
/// Where the books are kept. What the bank does to them is written once, against <see cref="IBooks"/>; a store only decides how
/// such a piece of work becomes durable.
/// </summary>
public interface IBankStore : IDisposable
{
    /// <summary>Does work on the books in a transaction. Completes when it is durable.</summary>
    /// <param name="work">Runs alone; if it throws, nothing of it stays and the task fails with the same exception.</param>
    /// <exception cref="BankStoreException">The books can't be written now; nothing of the work stays.</exception>
    Task<T> Write<T>(Func<IBooks, T> work);

    /// <summary>Reads the books as of one moment, everything that is durable by now included.</summary>
    /// <exception cref="BankStoreException">The books can't be read now.</exception>
    T Read<T>(Func<IBooksReader, T> work);
}
