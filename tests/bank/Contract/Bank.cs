using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>A bank that serves, spoken to over HTTP alone; opening accounts is the command line's work, done here in its place.</summary>
public abstract partial class Bank(TestDatabase database) : IAsyncLifetime
{
    /// <summary>A date inside every allocation of the tests that has a window.</summary>
    public const string Date = "2026-06-15T12:00:00Z";

    private BankProcess? _process;
    private int _accounts;

    public string Staff { get; private set; } = "";

    public string Reader { get; private set; } = "";

    public string Expired { get; private set; } = "";

    public string Output => _process!.Output;

    public Uri Address => _process!.Address;

    public TestDatabase Database => database;

    public async ValueTask InitializeAsync()
    {
        using (var store = database.Open())
        {
            var now = TimeProvider.System.GetUtcNow();
            Staff = await store.Write(books => TokenTeller.Create(books, "staff", TokenScope.Staff, null, now));
            Reader = await store.Write(books => TokenTeller.Create(books, "reader", TokenScope.Read, null, now));
            Expired = await store.Write(books => TokenTeller.Create(books, "expired", TokenScope.Staff, now, now));
        }

        _process = await BankProcess.Serve(database.Address);
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        database.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new account with 100.00 SU and the member 1000, and whatever else is said.</summary>
    public async Task<string> Account(int deposit = 100, int? cap = null, bool isExempt = false, string? start = null, string? end = null)
    {
        var name = $"fc_{Interlocked.Increment(ref _accounts)}";
        var now = TimeProvider.System.GetUtcNow();
        using var store = database.Open();
        return await store.Write(books =>
        {
            AccountTeller.Open(books, new Account(name, new Allocation(null, Time(start), Time(end), isExempt)), now);
            AccountTeller.Admit(books, new Member(name, "1000", cap is { } su ? new ServiceUnits(su * 100L) : null));
            if (deposit > 0)
            {
                AccountTeller.Deposit(books, name, new ServiceUnits(deposit * 100L), $"test/{name}", now);
            }

            return name;
        });
    }

    /// <summary>Moves the end of an account's allocation.</summary>
    public void SetEnd(string account, string? end) =>
        database.Execute(
            "UPDATE accounts SET ends = $1 WHERE name = $2",
            Time(end) is { } time ? (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : DBNull.Value,
            account
        );

    public async Task<Answer> Send(HttpMethod method, string path, string? body = null, string? token = null, string scheme = "Token")
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(method, path);
        if (token != "")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token ?? Staff);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), $"{response.Headers.WwwAuthenticate}");
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Ask(string cost, string account, string uid = "1000") => Get($"can_submit_job/{cost}/{uid}/{account}/");

    public Task<Answer> Post(JsonObject job) => Send(HttpMethod.Post, "jobs/", job.ToJsonString());

    public Task<Answer> Put(JsonObject job) => Send(HttpMethod.Put, $"jobs/{job["jobslurmid"]}/", job.ToJsonString());

    /// <summary>A job with all three dates.</summary>
    public static JsonObject Job(string id, string account, string amount) =>
        new()
        {
            ["jobslurmid"] = id,
            ["userid"] = "1000",
            ["accountid"] = account,
            ["submitdate"] = Date,
            ["startdate"] = Date,
            ["enddate"] = Date,
            ["amount"] = amount,
            ["partition"] = "normal",
        };

    /// <summary>What an account's jobs used: read as clients read it, from the refusal of the largest cost.</summary>
    public Task<string> Usage(string account) => ReadUsage(account, "999999999.99", "account");

    /// <summary>What the user 1000 used of an account that has a cap: asked with what the account still has.</summary>
    public Task<string> UserUsage(string account, string headroom) => ReadUsage(account, headroom, "user");

    private async Task<string> ReadUsage(string account, string cost, string whose)
    {
        var answer = await Ask(cost, account);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var match = Balance().Match(answer.Text("message"));
        Assert.True(match.Success, answer.Body);
        Assert.Equal(whose, match.Groups["whose"].Value);
        return match.Groups["usage"].Value;
    }

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(
        @"^Adding job_cost [0-9]+\.[0-9]{2} to (?<whose>account|user) balance (?<usage>[0-9]+\.[0-9]{2}) would exceed \k<whose> allocation [0-9]+\.[0-9]{2}\.$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Balance();

    public sealed record Answer(HttpStatusCode Status, string Body, string Challenge)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;

        public string Text(string property) => Json[property]!.GetValue<string>();
    }
}
