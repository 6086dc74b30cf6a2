using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// The books for several pieces of work in one transaction, which has locked their projects and knows what they will ask for. What they
/// write is kept, and goes to the server as a few statements for all of them.
/// </summary>
internal sealed class PostgresGroupBooks : RememberingBooks
{
    private readonly PostgresKnown _known;
    private readonly PostgresSession _session;
    private readonly PostgresTransfers _transfers = new();
    private readonly PostgresJobs _jobs = new();
    private readonly Dictionary<(string, string, string), Lease> _leases = [];

    public PostgresGroupBooks(PostgresSession session, PostgresKnown known)
        : base(session, known.Memory)
    {
        (_session, _known) = (session, known);
        session.Collect = Collect;
    }

    /// <summary>How often something was written.</summary>
    public int Writes { get; private set; }

    public override Account? FindAccount(string name) => Memory.Accounts.GetValueOrDefault(name) ?? throw new UnforeseenException(name);

    public override StoredJob? FindJob(string id) => _known.Jobs.TryGetValue(id, out var job) ? job : throw new UnforeseenException(id);

    public override void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        if (transfers.Count == 0)
        {
            return;
        }

        var project = transfers
            .SelectMany(static transfer => new[] { transfer.Debit, transfer.Credit })
            .First(static account => account.Kind != LedgerAccountKind.Revenue)
            .Owner;
        Write(project);
        var at = SqlValues.ToMicroseconds(now);
        foreach (var transfer in transfers)
        {
            _transfers.Add(project, ++_known.Lengths[project], at, transfer, Memory);
        }

        Remember(transfers);
    }

    public override void Save(StoredJob job)
    {
        Write(job.Bill.Account);
        var isNew = _known.Jobs.GetValueOrDefault(job.Bill.Job) is null;
        _known.Jobs[job.Bill.Job] = job;
        _jobs.Add(job, isNew);
    }

    public override void Save(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            Write(lease.Account);
            _leases[(lease.Account, lease.Uid, lease.Cluster)] = lease;
        }

        Remember(leases);
    }

    public override void Add(Account account, DateTimeOffset now) => throw new UnforeseenException(account.Name);

    public override void Save(Account account) => throw new UnforeseenException(account.Name);

    public override void Save(Member member) => throw new UnforeseenException(member.Uid);

    public override bool RemoveMember(string account, string uid) => throw new UnforeseenException(uid);

    public override void Record(string account, AccountChange change) => throw new UnforeseenException(account);

    public override void RemoveAbandonedLeases(string account, DateTimeOffset before) => throw new UnforeseenException(account);

    public override void Release(LeaseRelease release) => throw new UnforeseenException(release.Cluster);

    private void Write(string project)
    {
        if (!_known.Lengths.ContainsKey(project))
        {
            throw new InvalidOperationException($"{project} was not foreseen: it is not locked");
        }

        Writes++;
    }

    // Jobs first: who has written a job of an id is alone with the keys of its transfers.
    private void Collect()
    {
        foreach (var command in _jobs.Take())
        {
            _session.Add(command);
        }

        if (_transfers.Take() is { } transfers)
        {
            _session.Add(transfers);
        }

        if (_leases.Count > 0)
        {
            List<Lease> leases = [.. _leases.Values];
            _leases.Clear();
            base.Save(leases);
        }
    }
}
