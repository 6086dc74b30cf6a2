using Npgsql;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage.Sql;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// What pieces of work will ask for, asked in one go: for each answer of the server all wait who want one of the projects. The projects
/// are locked first, in the order of their names, and so are known as they will be until the commit.
/// </summary>
internal sealed class PostgresForesight
{
    private const string Projects = """
        SELECT name, max_total, starts, ends, is_exempt, period, transfers FROM accounts
        WHERE name = ANY($1) ORDER BY name FOR NO KEY UPDATE
        """;

    // Who has one of the projects is not waited for: others would wait for us, and somebody for each other.
    private const string FreeProjects = $"{Projects} SKIP LOCKED";

    private const string LedgerAccounts = """
        SELECT kind, owner, uid, project, id, credits - debits, credit_limit
        FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS TEXT[])) asked (kind, owner, uid, project)
             JOIN ledger_accounts USING (kind, owner, uid, project)
        """;

    private const string Jobs = $"SELECT {SqlJobs.Columns} FROM jobs WHERE jobslurmid = ANY($1)";

    private const string Members = """
        SELECT account, uid, cap FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[])) asked (account, uid) JOIN members USING (account, uid)
        """;

    private const string Users = """
        SELECT uid FROM unnest(CAST($1 AS TEXT[])) asked (uid)
        WHERE EXISTS (SELECT 1 FROM members WHERE members.uid = asked.uid) OR EXISTS (SELECT 1 FROM users WHERE users.uid = asked.uid)
        """;

    private const string Leases = $"""
        SELECT {SqlBooksReader.LeaseColumns}
        FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[])) asked (account, uid) JOIN leases USING (account, uid)
        """;

    private readonly HashSet<string> _projects = new(StringComparer.Ordinal);
    private readonly HashSet<string> _jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);
    private readonly HashSet<(string Account, string Uid)> _limits = [];
    private readonly HashSet<(string Book, LedgerAccount Account)> _accounts = [];

    /// <summary>Adds what one piece will ask for.</summary>
    public void Add(Foreseen about)
    {
        var project = about.Account;
        if (_projects.Add(project))
        {
            _limits.Add((project, Lease.OfProject));
            _accounts.Add((project, LedgerAccount.GrantSource(project)));
            _accounts.Add((project, LedgerAccount.Project(project)));
            _accounts.Add((project, LedgerAccount.Expired(project)));
            _accounts.Add((project, LedgerAccount.Overrun(project)));
            _accounts.Add((project, LedgerAccount.CapControl(project)));
        }

        foreach (var uid in about.Uids.Where(static uid => uid != Lease.OfProject))
        {
            _users.Add(uid);
            _limits.Add((project, uid));
            _accounts.Add((project, LedgerAccount.UserCap(project, uid)));
        }

        if (about.Job is { } job)
        {
            _jobs.Add(job);
        }

        if (about.Partition is { } partition)
        {
            _accounts.Add((project, LedgerAccount.Revenue(partition)));
        }
    }

    /// <summary>Locks the projects and asks for everything.</summary>
    /// <param name="session">The session.</param>
    /// <param name="mayWait">
    /// Whether to wait for who has them; only where there is one project. Else those that somebody has are left out.
    /// </param>
    public PostgresKnown Ask(PostgresSession session, bool mayWait)
    {
        var known = new PostgresKnown();
        using var batch = session.Batch([
            Question(mayWait ? Projects : FreeProjects, [.. _projects]),
            Question(
                LedgerAccounts,
                [.. _accounts.Select(static one => one.Account.Kind.ToString())],
                [.. _accounts.Select(static one => one.Account.Owner)],
                [.. _accounts.Select(static one => one.Account.Uid)],
                [.. _accounts.Select(static one => one.Book)]
            ),
            Question(Jobs, [.. _jobs]),
            Question(Members, [.. _limits.Select(static limit => limit.Account)], [.. _limits.Select(static limit => limit.Uid)]),
            Question(Users, [.. _users]),
            Question(Leases, [.. _limits.Select(static limit => limit.Account)], [.. _limits.Select(static limit => limit.Uid)]),
        ]);
        using var reader = batch.ExecuteReader();
        var row = new PostgresRow(reader);
        IEnumerable<ISqlRow> Rows()
        {
            while (reader.Read())
            {
                yield return row;
            }

            reader.NextResult();
        }

        var projects = Rows().Select(static one => (Name: one.GetString(0), Read: ToAllocation(one), Length: one.GetInt64(6))).ToList();
        foreach (var (book, account, id, balance, credit) in Rows().Select(ToLedgerAccount))
        {
            known.Memory.Ids[(book, account)] = id;
            known.Credits[account] = credit;
            if (account.Kind != LedgerAccountKind.Revenue)
            {
                known.Memory.Balances[account] = balance;
            }
        }

        foreach (var (name, allocation, length) in projects)
        {
            var credit = known.Credits.GetValueOrDefault(LedgerAccount.Project(name));
            known.Memory.Accounts[name] = new Account(name, allocation with { Credit = credit });
            known.Lengths[name] = length;
        }

        foreach (var job in Rows().Select(SqlJobs.Read))
        {
            known.Jobs[job.Bill.Job] = job;
        }

        foreach (var one in Rows())
        {
            var member = new Member(one.GetString(0), one.GetString(1), one.AmountOrNull(2));
            known.Memory.Members[(member.Account, member.Uid)] = member;
        }

        foreach (var one in Rows())
        {
            known.Memory.Users[one.GetString(0)] = true;
        }

        foreach (var limit in Rows().Select(SqlBooksReader.LeaseAt).ToLookup(static lease => (lease.Account, lease.Uid)))
        {
            known.Memory.Leases[limit.Key] = [.. limit];
        }

        AddWhatIsNotThere(known);
        return known;
    }

    // What was asked for and not found is known, too.
    private void AddWhatIsNotThere(PostgresKnown known)
    {
        foreach (var (_, account) in _accounts.Where(static one => one.Account.Kind != LedgerAccountKind.Revenue))
        {
            known.Memory.Balances.TryAdd(account, ServiceUnits.Zero);
        }

        foreach (var job in _jobs)
        {
            known.Jobs.TryAdd(job, null);
        }

        foreach (var limit in _limits)
        {
            known.Memory.Members.TryAdd(limit, null);
            known.Memory.Leases.TryAdd(limit, []);
        }

        foreach (var uid in _users)
        {
            known.Memory.Users.TryAdd(uid, false);
        }
    }

    private static Allocation ToAllocation(ISqlRow row) =>
        new(row.AmountOrNull(1), row.TimeOrNull(2), row.TimeOrNull(3), row.GetBoolean(4), ServiceUnits.Zero, row.GetInt32(5));

    private static (string Book, LedgerAccount Account, long Id, ServiceUnits Balance, ServiceUnits Credit) ToLedgerAccount(ISqlRow row) =>
        (row.GetString(3), SqlBooksReader.LedgerAccountAt(row, 0), row.GetInt64(4), row.Amount(5), row.Amount(6));

    private static NpgsqlBatchCommand Question(string sql, params ReadOnlySpan<string[]> values)
    {
#pragma warning disable CA2100 // one of the constants above
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            // PostgreSQL's text has no NUL: what is looked for with one is not there.
            var texts = Array.ConvertAll(value, static text => text.Replace('\0', '\uFFFF'));
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = texts });
        }

        return command;
    }
}
