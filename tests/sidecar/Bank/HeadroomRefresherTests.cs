using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Bank;

public sealed class HeadroomRefresherTests : IDisposable
{
    private const string Fits = """{"success":true,"message":"A job with job_cost 999999999.99 can be submitted."}""";

    private readonly Counter _counter = new();

    public void Dispose() => _counter.Dispose();

    [Fact]
    public async Task Many_new_accounts_are_read_at_200_a_second()
    {
        // While the bank does not answer nobody waits for it, and it is asked about nobody.
        while (_counter.Bank.Health.Available)
        {
            _counter.Bank.Health.Missed("away");
        }

        for (var i = 0; i < 200; i++)
        {
            var account = string.Create(CultureInfo.InvariantCulture, $"fc_{i}");
            Assert.True(_counter.Teller.Submit(HoldId.New(), Given.Request() with { Account = account }).Decision.Accepted);
        }

        Assert.Empty(_counter.Bank.Requests);
        _counter.Bank.Health.Answered();
        _counter.Bank.Otherwise = static _ => Fits;
        using var refresher = new HeadroomRefresher(
            _counter.Teller,
            _counter.Bank.Reader(TimeProvider.System),
            _counter.Bank.Health,
            _counter.Settings,
            _counter.Metrics,
            TimeProvider.System,
            NullLogger<HeadroomRefresher>.Instance
        );
        var began = TimeProvider.System.GetTimestamp();
        await refresher.TurnAsync(TestContext.Current.CancellationToken);

        // Fifty times four; timers may be early by a little.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromMilliseconds(980), TimeSpan.FromSeconds(30));
        for (var i = 0; i < 200; i++)
        {
            Assert.Contains(_counter.Bank.Requests, request => request.Contains($"fc_{i}", StringComparison.Ordinal));
        }
    }
}
