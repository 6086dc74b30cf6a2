namespace SlurmBanking.Bank.Storage;

/// <summary>
/// Where the books are kept. What the bank does to them is written once, against <see cref="IBooks"/>; a store only decides how
/// such a piece of work becomes durable.
/// </summary>
public interface IBankStore : IDisposable
{
    /// <summary>Where the books are, for people to read: nothing secret is in it.</summary>
    string Place { get; }

    /// <summary>Does work on the books in a transaction. Completes when it is durable.</summary>
    /// <param name="work">
    /// Runs as if alone, and perhaps again from the start: it does nothing but ask and write the books. If it throws, nothing of it
    /// stays and the task fails with the same exception.
    /// </param>
    /// <exception cref="BankStoreException">
    /// The books can't be written now. Nothing of the work stays, but where a connection was lost while it became durable, as the
    /// message then says.
    /// </exception>
    Task<T> Write<T>(Func<IBooks, T> work);

    /// <summary>Reads the books as of one moment, everything that is durable by now included.</summary>
    /// <exception cref="BankStoreException">The books can't be read now.</exception>
    Task<T> Read<T>(Func<IBooksReader, T> work);
}
