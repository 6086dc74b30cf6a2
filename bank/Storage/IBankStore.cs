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
    /// <param name="foreseen">What the work will ask for; null when that is not known, and it is done by itself.</param>
    /// <exception cref="BankStoreException">
    /// The books can't be written now. Nothing of the work stays, but where a connection was lost while it became durable, as the
    /// message then says.
    /// </exception>
    Task<T> Write<T>(Func<IBooks, T> work, Foreseen? foreseen = null);

    /// <summary>Reads the books as of one moment, everything that is durable by now included.</summary>
    /// <exception cref="BankStoreException">The books can't be read now.</exception>
    Task<T> Read<T>(Func<IBooksReader, T> work);

    /// <summary>
    /// The token of a hash as of a moment after the question, null when there is none: what every request asks first, asked in the way
    /// that costs least.
    /// </summary>
    /// <exception cref="BankStoreException">The books can't be read now.</exception>
    Task<StoredToken?> FindToken(byte[] hash);
}
