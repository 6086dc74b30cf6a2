using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>Answers requests in the order of its script and keeps what it was asked.</summary>
internal sealed class ScriptedBank : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _script = new();

    public ScriptedBank() => Health = new BankHealth(Time, NullLogger<BankHealth>.Instance);

    public List<string> Requests { get; } = [];

    /// <summary>What is said to a request when the script is at its end.</summary>
    public Func<string, string>? Otherwise { get; set; }

    public FakeTimeProvider Time { get; } = new(Given.Noon);

    public BankHealth Health { get; }

    public ScriptedBank Answers(int status, string body, string type = "application/json", TimeSpan? retryAfter = null)
    {
        _script.Enqueue(() =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
            response.Headers.RetryAfter = retryAfter is { } delay ? new(delay) : null;
            return response;
        });
        return this;
    }

    public ScriptedBank Throws(Exception exception)
    {
        _script.Enqueue(() => throw exception);
        return this;
    }

    /// <summary>What is said to who asks for a balance; null for a bank that offers none.</summary>
    public Func<HttpResponseMessage>? Balance { get; set; }

    /// <summary>How often a balance was asked for.</summary>
    public int BalancesAsked { get; private set; }

    public IBankApi Client()
    {
        var services = new ServiceCollection();
        services.AddBankApi(static _ => new Uri("http://bank.invalid")).ConfigurePrimaryHttpMessageHandler(() => this);
        return services.BuildServiceProvider().GetRequiredService<IBankApi>();
    }

    /// <summary>What is said to who asks for leases; null for a bank that offers none.</summary>
    public Func<LeaseRenewal, HttpResponseMessage>? Lease { get; set; }

    /// <summary>Leases that were asked for.</summary>
    public List<LeaseRenewal> Renewals { get; } = [];

    /// <summary>Who asks for leases; "" for nobody, null while that is not known.</summary>
    public string? Cluster { get; set; } = "";

    public HeadroomReader Reader(TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddBalanceApi(static _ => new Uri("http://bank.invalid")).ConfigurePrimaryHttpMessageHandler(() => this);
        services.AddLeaseApi(static _ => new Uri("http://bank.invalid")).ConfigurePrimaryHttpMessageHandler(() => this);
        var provider = services.BuildServiceProvider();
        var leases = new Leases(provider.GetRequiredService<ILeaseApi>(), () => Cluster, Health, time ?? Time);
        var balances = provider.GetRequiredService<IBalanceApi>();
        return new HeadroomReader(Client(), balances, leases, Health, time ?? Time, NullLogger<HeadroomReader>.Instance);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.Contains("/leases/", StringComparison.Ordinal))
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            Renewals.Add(JsonSerializer.Deserialize(body, BankApiJsonContext.Default.LeaseRenewal)!);
            var lease = Lease?.Invoke(Renewals[^1]) ?? new HttpResponseMessage(HttpStatusCode.NotFound);
            lease.RequestMessage = request;
            return lease;
        }

        if (request.RequestUri!.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal))
        {
            BalancesAsked++;
            var balance = Balance?.Invoke() ?? new HttpResponseMessage(HttpStatusCode.NotFound);
            balance.RequestMessage = request;
            return balance;
        }

        Requests.Add($"{request.Method} {request.RequestUri.AbsolutePath}");
        if (_script.Count == 0 && Otherwise is { } answer)
        {
            Answers(200, answer(Requests[^1]));
        }

        var response = _script.Dequeue()();
        response.RequestMessage = request;
        return response;
    }
}
