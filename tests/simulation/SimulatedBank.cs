using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Api.V1;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Simulation.Tests;

/// <summary>The bank's own ledger behind requests and answers that are no network's.</summary>
internal sealed class SimulatedBank(Agenda agenda)
{
    private static readonly DateTimeOffset Ever = DateTimeOffset.UnixEpoch;

    /// <summary>A job was booked, or what it cost.</summary>
    public event Action? Wrote;

    public MemoryBooks Books { get; } = new();

    public DateTimeOffset Now => agenda.Now;

    public Dictionary<string, long> Limits { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string Account, uint Uid), long> Caps { get; } = [];

    /// <summary>Whether it tells balances, or is one that has to be asked what fits.</summary>
    public bool OffersBalance { get; init; }

    /// <summary>Whether it leases, or is one that clusters may overdraw together.</summary>
    public bool OffersLeases { get; init; }

    /// <summary>It answers nothing before.</summary>
    public DateTimeOffset UpAt { get; set; } = Ever;

    /// <summary>It answers 500 before.</summary>
    public DateTimeOffset WellAt { get; set; } = Ever;

    /// <summary>It answers 401 before.</summary>
    public DateTimeOffset TrustsAt { get; set; } = Ever;

    public void Open(string account, long limit)
    {
        Limits[account] = limit;
        AccountTeller.Open(Books, new Account(account, new Allocation(null, null, null, IsExempt: false)), agenda.Now);
        AccountTeller.Deposit(Books, account, new ServiceUnits(limit), $"opening {account}", agenda.Now);
    }

    public void Admit(string account, uint uid, long? cap)
    {
        if (cap is { } most)
        {
            Caps[(account, uid)] = most;
        }

        AccountTeller.Admit(Books, new Member(account, $"{uid}", cap is { } value ? new ServiceUnits(value) : null));
    }

    public long Used(string account, uint uid) =>
        Books
            .Jobs.Values.Where(job => job.Record.AccountId == account && job.Record.UserId == $"{uid}")
            .Sum(static job => job.Bill.Charged.Hundredths);

    /// <summary>Does what a request asks for.</summary>
    public HttpResponseMessage Answer(HttpMethod method, string path, string body, string? cluster)
    {
        if (agenda.Now < WellAt)
        {
            return Json(HttpStatusCode.InternalServerError, "{}");
        }

        if (agenda.Now < TrustsAt)
        {
            return Json(HttpStatusCode.Unauthorized, "{\"detail\":\"Invalid token.\"}");
        }

        var address = path.Split('?')[0];
        var words = address.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return (method.Method, words) switch
        {
            ("GET", ["can_submit_job", var cost, var uid, var account]) => Ask(cost, uid, account, cluster),
            ("GET", ["jobs", var id]) => Books.FindJob(id) is { } job
                ? Json(HttpStatusCode.OK, JsonSerializer.Serialize(job.Record, BankApiJsonContext.Default.Job))
                : Json(HttpStatusCode.NotFound, "{\"detail\":\"Not found.\"}"),
            ("GET", ["v1", "accounts", var account, "balance"]) => Balance(account, path.Split("?user=")[1], cluster),
            ("PUT", ["v1", "accounts", var account, "leases", var holder]) => Lease(account, holder, body),
            ("POST", ["jobs"]) => Take(body, cluster, HttpStatusCode.Created, JobTeller.Create),
            ("PUT", ["jobs", _]) => Take(body, cluster, HttpStatusCode.OK, JobTeller.Put),
            _ => throw new AuditException($"nobody asks {method} {path}"),
        };
    }

    private HttpResponseMessage Lease(string account, string holder, string body)
    {
        if (!OffersLeases || Books.FindAccount(account) is null)
        {
            return Json(HttpStatusCode.NotFound, "{\"detail\":\"Not found.\"}");
        }

        using var document = JsonDocument.Parse(body);
        var fields = new BodyFields(document.RootElement);
        var asked = LeaseReader.Read(fields);
        if (fields.Errors.Count > 0)
        {
            throw new AuditException($"the bank can't read {body}: {fields.Errors}");
        }

        var leases = LeaseTeller.Renew(Books, account, holder, asked, TimeSpan.FromSeconds(60), agenda.Now);
        return Json(HttpStatusCode.OK, LeasesV1.ToJson(leases).ToJsonString());
    }

    private HttpResponseMessage Balance(string account, string uid, string? cluster) =>
        OffersBalance && Books.FindAccount(account) is not null
            ? Json(
                HttpStatusCode.OK,
                JsonSerializer.Serialize(
                    BalanceTeller.Read(Books, account, uid, agenda.Now, cluster),
                    BankApiJsonContext.Default.AccountBalance
                )
            )
            : Json(HttpStatusCode.NotFound, "{\"detail\":\"Not found.\"}");

    private HttpResponseMessage Ask(string cost, string uid, string account, string? cluster)
    {
        if (!ServiceUnits.TryParse(cost, out var amount))
        {
            throw new AuditException($"{cost} is no amount");
        }

        var (valid, answer) = SubmissionTeller.Ask(Books, amount, uid, account, agenda.Now, cluster);
        return Json(
            valid ? HttpStatusCode.OK : HttpStatusCode.BadRequest,
            JsonSerializer.Serialize(answer, BankApiJsonContext.Default.SubmitAnswer)
        );
    }

    private HttpResponseMessage Take(
        string body,
        string? cluster,
        HttpStatusCode good,
        Func<MemoryBooks, JobWrite, DateTimeOffset, JobAnswer> take
    )
    {
        using var document = JsonDocument.Parse(body);
        var (write, errors) = JobReader.Read(document.RootElement, cluster);
        if (write is null)
        {
            throw new AuditException($"the bank can't read {body}: {errors}");
        }

        var answer = take(Books, write, agenda.Now);
        if (answer.Job is { } job)
        {
            Wrote?.Invoke();
            return Json(good, JsonSerializer.Serialize(job, BankApiJsonContext.Default.Job));
        }

        var refusals = new JsonObject();
        foreach (var (field, message) in answer.Refusals)
        {
            refusals[field] = new JsonArray(message);
        }

        return Json(HttpStatusCode.BadRequest, refusals.ToJsonString());
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
