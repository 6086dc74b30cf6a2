using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Storage;

/// <summary>
/// The books, to write. Valid only within the work that it was given to, which writes to one project at most and begins by looking
/// for it (<see cref="IBooksReader.FindAccount"/>) or for a job of it: from then on no other work changes it.
/// </summary>
public interface IBooks : IBooksReader
{
    /// <summary>Appends to the ledger.</summary>
    void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now);

    /// <summary>Stores a new job or replaces the one of the same id.</summary>
    void Save(StoredJob job);

    /// <summary>Opens a project.</summary>
    void Add(Account account, DateTimeOffset now);

    /// <summary>Changes a project's limit, credit, window and period.</summary>
    void Save(Account account);

    /// <summary>Makes a user a member, or changes the cap of one.</summary>
    void Save(Member member);

    /// <summary>Ends a membership. The user stays known, and so does what was charged.</summary>
    /// <returns>False when the user is not a member.</returns>
    bool RemoveMember(string account, string uid);

    /// <summary>Remembers a change of a project that moves no funds.</summary>
    void Record(string account, AccountChange change);

    /// <summary>Keeps a session, and forgets those of the same token that have ended, or are the oldest of too many.</summary>
    void Add(StoredSession session, DateTimeOffset now);

    /// <summary>Forgets the session of a hash, if there is one.</summary>
    void RemoveSession(byte[] hash);

    /// <summary>Keeps a token.</summary>
    /// <returns>False when the name is taken.</returns>
    bool TryAdd(StoredToken token, DateTimeOffset now);

    /// <summary>Forgets the token of a name.</summary>
    /// <returns>False when there is none.</returns>
    bool RemoveToken(string name);

    /// <summary>Keeps what is known of a uid.</summary>
    void Save(StoredUser user);

    /// <summary>Lists a partition, or changes what is listed of it.</summary>
    void Save(Partition partition);

    /// <summary>Lists the partitions of a cluster in the place of those that it listed before; what an operator has set stays.</summary>
    void SaveAll(string cluster, IReadOnlyList<Partition> partitions);

    /// <summary>Keeps the login names of uids; what else is known of them stays.</summary>
    void SaveNames(IReadOnlyList<ClusterUser> users);

    /// <summary>Lists a partition no more.</summary>
    /// <returns>False when it was not listed.</returns>
    bool RemovePartition(string name);

    /// <summary>Keeps leases on one project, in the place of those of the same clusters on the same limits.</summary>
    void Save(IReadOnlyList<Lease> leases);

    /// <summary>Forgets those leases on a project that <see cref="IBooksReader.AbandonedLeases"/> finds.</summary>
    void RemoveAbandonedLeases(string account, DateTimeOffset before);

    /// <summary>Forgets all leases of a cluster on a project, and remembers that.</summary>
    void Release(LeaseRelease release);
}
