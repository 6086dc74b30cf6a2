using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar;

/// <summary>What people ask. Nothing is changed by it, and decisions go first.</summary>
internal sealed partial class Teller
{
    private static readonly TimeSpan QuestionPatience = TimeSpan.FromSeconds(3);

    // Any user may ask about any number of accounts: no more of these questions at once than the bank does not notice.
    private static readonly SemaphoreSlim BankQuestions = new(8);

    /// <summary>What a submission may cost, and what would be decided about it now.</summary>
    /// <returns>Null while the cluster or the configuration is not known.</returns>
    public async Task<Appraisal?> AppraiseAsync(JobRequest request)
    {
        if (_settings.Current.Settings is not { } settings || !_view.Ready)
        {
            return null;
        }

        request = _view.Cluster.Complete(request);
        return Quoter.Quote(request, _view.Cluster, settings) switch
        {
            Quote.Priced priced => await AppraiseAsync(request, priced, settings),
            Quote.Refused refused => new Appraisal(Unpriceable(refused), request.Account, null, settings.Policy.Mode, null),
            _ => throw new InvalidOperationException("a quote is priced or refused"),
        };
    }

    /// <summary>What a user may still spend.</summary>
    /// <param name="uid">The user.</param>
    /// <param name="accounts">Where; none for all accounts that are known of the user, the default account among them.</param>
    /// <param name="most">How many accounts at most, where none is named.</param>
    public async Task<IReadOnlyList<BalanceSheet>> BalancesAsync(uint uid, IReadOnlyCollection<string> accounts, int most)
    {
        if (accounts.Count == 0)
        {
            var open = Read(life => life.Book.AccountsOf(uid).ToList());
            var usual = _settings.Current.Settings?.Policy.DefaultAccount is { Length: > 0 } name ? [name] : Array.Empty<string>();
            accounts =
            [
                .. (_view.Cluster.Associations?.AccountsOf(uid) ?? [])
                    .Concat(open)
                    .Concat(usual)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Take(most),
            ];
        }

        await Task.WhenAll(accounts.Select(account => MeetAsync(account, uid)));
        lock (_gate)
        {
            return [.. accounts.Select(account => SheetLocked(account, uid))];
        }
    }

    /// <summary>Holds and runs, the newest first, and whether there are more than were asked for.</summary>
    /// <exception cref="IOException">The state database can't be read.</exception>
    public (IReadOnlyList<JobView> Jobs, bool More) Jobs(JobFilter filter)
    {
        // Copied under the lock and looked through without it: decisions wait for no more.
        var (holds, runs) = Read(life => (Holds: HoldsOf(life.Book, filter.Uid), Runs: life.Book.Runs.ToArray()));
        List<JobView> views =
        [
            .. holds
                .Where(static hold => hold.Tasks > 0 || hold.Elsewhere is not null)
                .Select(static hold => new JobView(hold, null))
                .Where(filter.Takes),
            .. runs.Select(static run => new JobView(null, run)).Where(filter.Takes),
        ];

        if (!filter.OpenOnly)
        {
            // Of runs that ended the last are known here, too.
            var known = views.Select(static view => view.Run?.Key).OfType<RunKey>().ToHashSet();
            var ended = _journal.History.Read(filter, filter.Limit + known.Count + 1);
            views.AddRange(ended.Where(run => !known.Contains(run.Key)).Select(static run => new JobView(null, run)));
        }

        views.Sort(static (one, other) => other.At.CompareTo(one.At));
        var more = views.Count > filter.Limit;
        views = more ? views[..filter.Limit] : views;
        return (Read(life => views.ConvertAll(view => view with { Asked = AskedBy(life.Book, view.Hold) })), more);
    }

    private static Hold[] HoldsOf(Book book, uint? uid) => uid is { } user ? [.. book.HoldsOf(user)] : book.Holds.ToArray();

    private static JobRequest? AskedBy(Book book, Hold? hold) => hold is null ? null : book.AskedBy(hold.Id)?.Request;

    private async Task<Appraisal> AppraiseAsync(JobRequest request, Quote.Priced quote, BankSettings settings)
    {
        var policy = settings.PolicyFor(quote.Partition);
        var account = request.Account.Length > 0 ? request.Account : policy.DefaultAccount;
        if (account.Length == 0)
        {
            return new Appraisal(Decision.Refuse(DecisionReason.NoAccount, Refusals.NoAccount), account, quote, policy.Mode, null);
        }

        await MeetAsync(account, request.Uid);
        lock (_gate)
        {
            var decision = DecideLocked(quote, account, request.Uid, policy);
            return new Appraisal(decision, account, quote, policy.Mode, SheetLocked(account, request.Uid));
        }
    }

    private static Decision Unpriceable(Quote.Refused quote) =>
        Decision.Refuse(DecisionReason.Unpriceable, Refusals.Unpriceable(quote.Reason));

    // A question may wait for the bank as long as a person does; decisions never wait for it.
    private async Task MeetAsync(string account, uint uid)
    {
        lock (_gate)
        {
            if (_headrooms.Want(account, uid, _time.GetUtcNow()) is not null || !_health.Available)
            {
                return;
            }
        }

        if (!await BankQuestions.WaitAsync(QuestionPatience))
        {
            return;
        }

        try
        {
            await ReadHeadroomAsync(account, uid).WaitAsync(QuestionPatience, _time);
        }
        catch (TimeoutException)
        {
            // The answer says that it is not known.
        }
        finally
        {
            BankQuestions.Release();
        }
    }

    private BalanceSheet SheetLocked(string account, uint uid) =>
        new(account, _headrooms.Want(account, uid, _time.GetUtcNow()), _life.Book.Of(account), _life.Book.Of(account, uid));
}
