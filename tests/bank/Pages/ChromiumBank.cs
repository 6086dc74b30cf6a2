using PuppeteerSharp;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>A bank with an account that has something of everything, and Debian's Chromium, without a window.</summary>
public sealed class ChromiumBank : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private readonly BankOn<SqliteTestDatabase> _bank = new();
    private IBrowser? _browser;

    /// <summary>The account that has something of everything.</summary>
    public const string Account = "physics";

    /// <summary>Where screenshots go, which are for people to look at.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(SourceTree.Root, "artifacts/pages")).FullName;

    public Contract.Bank Bank => _bank;

    /// <summary>A tab of a browser that knows nothing of what others did, and where no page may run a script.</summary>
    public async Task<IPage> OpenTab()
    {
        Assert.SkipUnless(File.Exists(Chromium), $"{Chromium} is missing: Debian's package chromium");
        _browser ??= await Puppeteer.LaunchAsync(
            new LaunchOptions
            {
                ExecutablePath = Chromium,
                Headless = true,
                // It refuses to be root's with its own sandbox; what it shows is ours.
                Args = Environment.IsPrivilegedProcess ? ["--no-sandbox", "--disable-dev-shm-usage"] : ["--disable-dev-shm-usage"],
            }
        );
        var context = await _browser.CreateBrowserContextAsync();
        var page = await context.NewPageAsync();
        await page.SetJavaScriptEnabledAsync(false);
        return page;
    }

    public async ValueTask InitializeAsync()
    {
        await _bank.InitializeAsync();
        using var store = _bank.Database.Open();
        var now = TimeProvider.System.GetUtcNow();
        var begin = new DateTimeOffset(now.UtcDateTime.Date.AddDays(-60), TimeSpan.Zero);
        await Write(books => AccountTeller.Open(books, new Account("empty", new Allocation(null, null, null, IsExempt: false)), begin));
        await Write(books => AccountTeller.Open(books, new Account("condo", new Allocation(null, null, null, IsExempt: true)), begin));
        var window = new Allocation(null, begin, begin.AddDays(120), IsExempt: false, new ServiceUnits(5_000));
        await Write(books => AccountTeller.Open(books, new Account(Account, window), begin));
        await Write(books => AccountTeller.Deposit(books, Account, new ServiceUnits(100_000), "deposit", begin, "ann", "grant 7"));
        await Write(books => AccountTeller.Admit(books, new Member(Account, "1000", null)));
        await Write(books => AccountTeller.Admit(books, new Member(Account, "1001", new ServiceUnits(30_000))));
        await Write(books => books.Save(new StoredUser("1000", "ann", null)));
        for (var i = 0; i < 40; i++)
        {
            var at = begin.AddHours(i * 35);
            await Write(books => JobTeller.Create(books, Job($"{4700 + i}", i, at, "RUNNING", 2_500), at));
            if (i % 8 != 7)
            {
                await Write(books => JobTeller.Put(books, Job($"{4700 + i}", i, at, "COMPLETED", 1_200 + (i * 20)), at.AddHours(4)));
            }
        }

        await Write(books =>
            AccountTeller.Change(books, Account, static one => one with { Credit = new ServiceUnits(6_000) }, "ann", "agreed by mail", now)
        );

        foreach (var (cluster, held) in new[] { ("perlmutter", 12_500L), ("savio", 4_000L) })
        {
            var ask = new LeaseAsk(null, [new LeaseRequest(Lease.OfProject, new(held), new(held + 2_000))]);
            await Write(books => LeaseTeller.Renew(books, Account, cluster, ask, TimeSpan.FromHours(1), now));
        }

        async Task Write(Action<IBooks> work) =>
            await store.Write(books =>
            {
                work(books);
                return true;
            });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await _bank.DisposeAsync();
    }

    private static JobWrite Job(string id, int number, DateTimeOffset at, string status, long hundredths) =>
        new(
            new BankApi.Job
            {
                JobSlurmId = id,
                UserId = number % 3 == 0 ? "1001" : "1000",
                AccountId = Account,
                SubmitDate = at,
                StartDate = at,
                EndDate = at.AddHours(4),
                Amount = new ServiceUnits(hundredths),
                JobStatus = status,
                Partition = number % 2 == 0 ? "normal" : "gpu",
                Qos = "normal",
            },
            new HashSet<string> { "submitdate", "startdate", "enddate", "amount", "jobstatus", "partition", "qos" }
        );
}
