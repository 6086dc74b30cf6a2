using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage;

/// <summary>The books, to write. Valid only within the work that it was given to.</summary>
public interface IBooks : IBooksReader
{
    /// <summary>Appends to the ledger.</summary>
    void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now);

    /// <summary>Stores a new job or replaces the one of the same id.</summary>
    void Save(StoredJob job);

    /// <summary>Opens a project.</summary>
    void Add(Account account, DateTimeOffset now);

    /// <summary>Makes a user a member, or changes the cap of one.</summary>
    void Save(Member member);

    /// <summary>Keeps a token.</summary>
    /// <returns>False when the name is taken.</returns>
    bool TryAdd(StoredToken token, DateTimeOffset now);
}
