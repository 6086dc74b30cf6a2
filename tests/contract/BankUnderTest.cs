using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Contract.Tests;

/// <summary>The bank that the environment names, spoken to over HTTP alone.</summary>
internal sealed partial class BankUnderTest : IDisposable
{
    public const string UrlVariable = "BANK_URL";
    public const string AccountsVariable = "CONTRACT_ACCOUNTS";
    public const string TokenVariable = "BANK_TOKEN";
    private const string ReaderVariable = "BANK_READER_TOKEN";
    private const string ExpiredVariable = "BANK_EXPIRED_TOKEN";
    private const string UsernameVariable = "BANK_USERNAME";
    private const string PasswordVariable = "BANK_PASSWORD";

    // Ids of one run are no other's.
    private static readonly string Run = $"contract:{DateTime.UtcNow:yyMMddHHmmss}:{Guid.NewGuid().ToString("N")[..6]}";
    private static int _jobs;

    private readonly ConcurrentDictionary<string, JsonObject> _charged = [];
    private readonly HttpClient _client;

    public BankUnderTest()
    {
        var (url, accounts) = (Variable(UrlVariable), Variable(AccountsVariable));
        Assert.SkipWhen(url is null || accounts is null, $"no bank is named: {UrlVariable}, {AccountsVariable} (docs/contract.md)");
        _client = new HttpClient { BaseAddress = new Uri(url!.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(60) };
        Prepared = Prepared.Read(accounts!);
    }

    public Prepared Prepared { get; }

    public string Staff => Variable(TokenVariable) ?? throw new InvalidOperationException($"a staff token is needed in {TokenVariable}");

    public string Reader => Wanted(ReaderVariable, "the token of one who may not write");

    public string Expired => Wanted(ExpiredVariable, "a token that has expired");

    public (string Username, string Password) Credentials =>
        (Wanted(UsernameVariable, "a user's name, to trade for a token"), Wanted(PasswordVariable, "the user's password"));

    public PreparedAccount Account => Prepared.Account;

    public PreparedAccount Other => Wanted(Prepared.Other, "other");

    public PreparedAccount Capped => Wanted(Prepared.Capped is { Cap: not null } capped ? capped : null, "capped, with its cap");

    public PreparedAccount Dated => Wanted(Prepared.Dated is { Start: not null } dated ? dated : null, "dated, with its start");

    public PreparedAccount Expiring => Wanted(Prepared.Dated is { End: not null } dated ? dated : null, "dated, with its end");

    public PreparedAccount Over => Wanted(Prepared.Expired, "expired");

    public PreparedAccount Exempt => Wanted(Prepared.Exempt, "exempt");

    public PreparedAccount Leased => Wanted(Prepared.Leased, "leased");

    public string Stranger
    {
        get
        {
            Assert.SkipWhen(Prepared.StrangerUid is null, "not described: strangerUid");
            return Prepared.StrangerUid!;
        }
    }

    /// <summary>What follows is something that the real service is known to do wrong.</summary>
    public void WhereNotExcused() => Assert.SkipWhen(Prepared.ExcuseKnownFaults, "a known fault of the real service (excuseKnownFaults)");

    public static string NewId() => $"{Run}:{Interlocked.Increment(ref _jobs)}";

    /// <summary>A job of an account, with all three dates.</summary>
    public static JsonObject Job(PreparedAccount account, string amount, string? id = null)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return new()
        {
            ["jobslurmid"] = id ?? NewId(),
            ["userid"] = account.Uid,
            ["accountid"] = account.Name,
            ["submitdate"] = now,
            ["startdate"] = now,
            ["enddate"] = now,
            ["amount"] = amount,
            ["partition"] = "contract",
        };
    }

    public async Task<Answer> Send(
        HttpMethod method,
        string path,
        string? body = null,
        string? token = null,
        string scheme = "Token",
        string? cluster = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (token != "")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token ?? Staff);
        }

        if (cluster is not null)
        {
            request.Headers.TryAddWithoutValidation("Slurm-Cluster", cluster);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            $"{response.Headers.WwwAuthenticate}"
        );
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Ask(string cost, PreparedAccount account, string? uid = null) =>
        Get($"can_submit_job/{cost}/{uid ?? account.Uid}/{account.Name}/");

    public Task<Answer> Post(JsonObject job) => Write(HttpMethod.Post, "jobs/", job);

    public Task<Answer> Put(JsonObject job) => Write(HttpMethod.Put, $"jobs/{job["jobslurmid"]}/", job);

    /// <summary>What the account's jobs have used and its allocation: from the refusal of the largest cost, as clients read them.</summary>
    public Task<(decimal Usage, decimal Allocation)> Standing(PreparedAccount account) => Standing(account, "999999999.99", "account");

    /// <summary>What the user of a capped account has used, and the cap: asked with what the account still has.</summary>
    public async Task<(decimal Usage, decimal Allocation)> UserStanding(PreparedAccount account)
    {
        var (usage, allocation) = await Standing(account);
        return await Standing(account, Text(allocation - usage), "user");
    }

    public async Task<decimal> Usage(PreparedAccount account) => (await Standing(account)).Usage;

    /// <summary>Gives back what the jobs since the last time were charged.</summary>
    public async Task Settle()
    {
        await Parallel.ForEachAsync(
            _charged.Values,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (job, _) =>
            {
                job["amount"] = "0.00";
                await Send(HttpMethod.Put, $"jobs/{job["jobslurmid"]}/", job.ToJsonString());
            }
        );
        _charged.Clear();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>As clients write amounts.</summary>
    public static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private async Task<Answer> Write(HttpMethod method, string path, JsonObject job)
    {
        var answer = await Send(method, path, job.ToJsonString());
        var isDated = new[] { "submitdate", "startdate", "enddate" }.All(date => job[date] is not null);
        if (answer.Status is HttpStatusCode.Created or HttpStatusCode.OK && isDated)
        {
            _charged[job["jobslurmid"]!.GetValue<string>()] = job.DeepClone().AsObject();
        }

        return answer;
    }

    private async Task<(decimal Usage, decimal Allocation)> Standing(PreparedAccount account, string cost, string whose)
    {
        var answer = await Ask(cost, account);
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
        var match = Refusal().Match(answer.Text("message"));
        Assert.True(match.Success, answer.Body);
        Assert.Equal(whose, match.Groups["whose"].Value);
        decimal Amount(string name) => decimal.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        return (Amount("usage"), Amount("allocation"));
    }

    private static string Wanted(string variable, string what)
    {
        Assert.SkipWhen(Variable(variable) is null, $"not given: {variable}, {what}");
        return Variable(variable)!;
    }

    private static PreparedAccount Wanted(PreparedAccount? account, string name)
    {
        Assert.SkipWhen(account is null, $"not described: {name}");
        return account!;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    [GeneratedRegex(
        @"^Adding job_cost [0-9]+\.[0-9]{2} to (?<whose>account|user) balance (?<usage>[0-9]+\.[0-9]{2}) would exceed \k<whose> allocation (?<allocation>[0-9]+\.[0-9]{2})\.$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Refusal();

    internal sealed record Answer(HttpStatusCode Status, string Body, string Challenge)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;

        public string Text(string property) => Json[property]!.GetValue<string>();
    }
}
