using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Tests.Intake;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>When records go to the bank.</summary>
public sealed class DeliveryLoopTests : IDisposable
{
    private readonly Counter _counter = new();

    public void Dispose() => _counter.Dispose();

    [Fact]
    public async Task No_record_is_sent_before_the_bank_can_be_told_who_sends_it()
    {
        // Charged by nobody, it would lower nobody's lease, and be granted once more.
        var known = _counter.View.Cluster;
        _counter.View.Cluster = ClusterSnapshot.Empty;
        using var loop = new DeliveryLoop(
            _counter.Journal,
            new Courier(_counter.Bank.Client(), _counter.Bank.Health, NullLogger<Courier>.Instance),
            _counter.Teller,
            _counter.Duty,
            new ClusterName(_counter.Settings, _counter.View),
            new Random(1),
            _counter.Bank.Health,
            _counter.Settings,
            _counter.Metrics,
            TimeProvider.System,
            NullLogger<DeliveryLoop>.Instance
        );
        await _counter.Journal.Write(static writer =>
        {
            var changes = new Changes();
            var job = new Job
            {
                JobSlurmId = "7",
                UserId = "1000",
                AccountId = Given.Account,
            };
            changes.Deliveries.Add(new Delivery(new RunKey(Given.Id(1), 7, 0), Given.Account, DeliveryKind.Charge, job));
            writer.Apply(changes);
        });
        await loop.TurnAsync(CancellationToken.None);
        Assert.Empty(_counter.Bank.Requests);

        _counter.View.Cluster = known;
        _counter.Bank.Answers(201, """{"jobslurmid":"7"}""");
        await loop.TurnAsync(CancellationToken.None);
        Assert.Equal(["POST /jobs/"], _counter.Bank.Requests);
    }
}
