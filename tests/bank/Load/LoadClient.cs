using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SlurmBanking.Bank.Tests.Load;

/// <summary>
/// One of many who write to the bank at the same time, each its own jobs to accounts that all share. It keeps in mind what the bank
/// acknowledged, and nothing else: the last amount of each of its jobs, and its deposits.
/// </summary>
internal sealed class LoadClient(RawClient http, int number, IReadOnlyList<string> accounts)
{
    private const string Date = "2026-06-15T12:00:00Z";
    private readonly Random _random = new(number);
    private readonly List<OwnJob> _jobs = [];
    private int _deposits;

    /// <summary>What the bank has to have charged, in hundredths, by account.</summary>
    public Dictionary<string, long> Charged { get; } = accounts.ToDictionary(static name => name, static _ => 0L);

    /// <summary>What the bank has to have taken as deposits, in hundredths, by account.</summary>
    public Dictionary<string, long> Deposited { get; } = accounts.ToDictionary(static name => name, static _ => 0L);

    /// <summary>Jobs that were created, and after that settled.</summary>
    public int Settled { get; private set; }

    /// <summary>Requests that were answered.</summary>
    public int Requests { get; private set; }

    /// <summary>How long each answer took, in milliseconds.</summary>
    public List<double> Took { get; } = [];

    /// <summary>Answers that should not have come.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Creates and settles jobs, one after another.</summary>
    public async Task RunJobs(TimeSpan duration)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration; )
        {
            await Create();
            await Settle(_jobs[^1]);
        }
    }

    /// <summary>Creates, settles, corrects, repeats, deposits and renews leases as it comes.</summary>
    public async Task RunAll(TimeSpan duration)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration; )
        {
            var any = _jobs.Count == 0 ? null : _jobs[_random.Next(Math.Max(0, _jobs.Count - 100), _jobs.Count)];
            await (
                _random.Next(100) switch
                {
                    < 45 => Create(),
                    < 75 when any is not null => Settle(any),
                    < 85 when any is not null => Repeat(any),
                    < 90 when any is not null => CreateAgain(any),
                    < 95 => Deposit(),
                    _ => Renew(),
                }
            );
        }
    }

    private async Task Create()
    {
        var job = new OwnJob($"{number}:{_jobs.Count}", accounts[_random.Next(accounts.Count)]) { Amount = _random.Next(1, 10_000) };
        await Expect(201, "POST /jobs/", Body(job));
        Charged[job.Account] += job.Amount;
        _jobs.Add(job);
    }

    private async Task Settle(OwnJob job)
    {
        var before = job.Amount;
        job.Amount = _random.Next(0, 10_000);
        await Expect(200, $"PUT /jobs/{job.Id}/", Body(job));
        Charged[job.Account] += job.Amount - before;
        Settled += job.IsSettled ? 0 : 1;
        job.IsSettled = true;
    }

    private Task Repeat(OwnJob job) => Expect(200, $"PUT /jobs/{job.Id}/", Body(job));

    private Task CreateAgain(OwnJob job) => Expect(400, "POST /jobs/", Body(job));

    private async Task Deposit()
    {
        var (account, amount) = (accounts[_random.Next(accounts.Count)], _random.Next(1, 1_000));
        var key = $"Idempotency-Key: load/{number}/{_deposits++}\r\n";
        var body = new JsonObject { ["amount"] = Text(amount) }.ToJsonString();
        await Expect(201, $"POST /v1/accounts/{account}/deposits", body, key);
        // The same once more is the same.
        await Expect(201, $"POST /v1/accounts/{account}/deposits", body, key);
        Deposited[account] += amount;
    }

    private Task Renew()
    {
        var (held, more) = (_random.Next(0, 5_000), _random.Next(0, 5_000));
        var wish = $$"""{"held":"{{Text(held)}}","want":"{{Text(held + more)}}"}""";
        var body = $$"""{"project":{{wish}},"users":[{"userid":"1000","held":"0.00","want":"0.00"}]}""";
        return Expect(200, $"PUT /v1/accounts/{accounts[_random.Next(accounts.Count)]}/leases/c{number % 4}", body);
    }

    private async Task Expect(int status, string line, string body, string more = "")
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await http.Send(line, body, more);
        Took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        Requests++;
        if (answer.Status != status)
        {
            Wrong.Add($"{line}: {answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Body.Span)}");
        }
    }

    private static string Body(OwnJob job) =>
        $$"""{"jobslurmid":"{{job.Id}}","userid":"1000","accountid":"{{job.Account}}","submitdate":"{{Date}}","startdate":"{{Date}}","""
        + $$""" "enddate":"{{Date}}","amount":"{{Text(job.Amount)}}","partition":"normal","jobstatus":"COMPLETED","num_cpus":4}""";

    private static string Text(long hundredths) => (hundredths / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private sealed class OwnJob(string id, string account)
    {
        public string Id => id;

        public string Account => account;

        public long Amount { get; set; }

        public bool IsSettled { get; set; }
    }
}
