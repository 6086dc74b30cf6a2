using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SlurmBanking.BankApi;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>A bank that keeps records by id and lists them in the order of their ids.</summary>
internal sealed class LedgerBank : HttpMessageHandler
{
    private readonly IBankApi _client;

    public LedgerBank()
    {
        var services = new ServiceCollection();
        services.AddBankApi(static _ => new Uri("http://bank.invalid")).ConfigurePrimaryHttpMessageHandler(() => this);
        _client = services.BuildServiceProvider().GetRequiredService<IBankApi>();
    }

    public ConcurrentDictionary<string, Job> Jobs { get; } = new(StringComparer.Ordinal);

    public IBankApi Client => _client;

    /// <summary>What it answers instead; null: it works.</summary>
    public HttpStatusCode? Status { get; set; }

    /// <summary>"GET /jobs/7/" and the like, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Happens before a single record is read.</summary>
    public Action? BeforeRead { get; set; }

    public int PageSize { get; set; } = 100;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
        if (Status is { } status)
        {
            return new HttpResponseMessage(status)
            {
                RequestMessage = request,
                Content = new StringContent("{}", Encoding.UTF8, "application/json"),
            };
        }

        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var (code, text) = Answer(request.Method, request.RequestUri, body);
        return new HttpResponseMessage(code)
        {
            RequestMessage = request,
            Content = new StringContent(text, Encoding.UTF8, "application/json"),
        };
    }

    private (HttpStatusCode Code, string Text) Answer(HttpMethod method, Uri uri, string body)
    {
        if (uri.AbsolutePath == "/jobs/")
        {
            return (HttpStatusCode.OK, JsonSerializer.Serialize(Page(uri), BankApiJsonContext.Default.JobPage));
        }

        var id = Uri.UnescapeDataString(uri.AbsolutePath["/jobs/".Length..^1]);
        if (method == HttpMethod.Put)
        {
            Jobs[id] = JsonSerializer.Deserialize(body, BankApiJsonContext.Default.Job)!;
            return (HttpStatusCode.OK, body);
        }

        BeforeRead?.Invoke();
        return Jobs.TryGetValue(id, out var job)
            ? (HttpStatusCode.OK, JsonSerializer.Serialize(job, BankApiJsonContext.Default.Job))
            : (HttpStatusCode.NotFound, """{"detail":"Not found."}""");
    }

    private JobPage Page(Uri uri)
    {
        var asked = uri.Query.TrimStart('?').Split('&').FirstOrDefault(static pair => pair.StartsWith("page=", StringComparison.Ordinal));
        var page = asked is null ? 1 : int.Parse(asked["page=".Length..]);
        var all = Jobs
            .Values.Where(static job => job.StartDate is not null)
            .OrderBy(static job => job.JobSlurmId, StringComparer.Ordinal)
            .ToList();
        return new JobPage
        {
            Count = all.Count,
            Next = all.Count > page * PageSize ? new Uri($"http://bank.invalid/jobs/?page={page + 1}") : null,
            Results = [.. all.Skip((page - 1) * PageSize).Take(PageSize)],
        };
    }
}
