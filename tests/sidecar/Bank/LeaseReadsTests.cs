using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>How leases are asked for, of a bank that offers them and of one that does not.</summary>
public sealed class LeaseReadsTests : IDisposable
{
    private const string A = Given.Account;
    private const string Balance = """
        {"account":"fc_abc","is_active":true,"is_exempt":false,"project":{"limit":"100.00","charged":"57.50","available":"42.50"},
         "user":{"limit":"20.00","charged":"8.25","available":"11.75","uid":"1000","is_member":true}}
        """;
    private readonly ScriptedBank _bank = new() { Cluster = "sim", Otherwise = static _ => """{"success":false,"message":"No."}""" };
    private readonly Headrooms _rooms = new();
    private readonly HeadroomReads _reads;

    public LeaseReadsTests() =>
        _reads = new HeadroomReads(new Lock(), _rooms, new Book(), _bank.Reader(), _bank.Time, NullLogger<HeadroomReads>.Instance);

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task What_the_bank_leases_is_what_may_be_held()
    {
        Leases(static renewal => Granted(renewal, 300m));
        await Read();
        Assert.Equal((Given.Su(300m), Given.Su(75m)), (Room()!.Account, Room()!.User));
        Assert.Equal((0, BankState.Reachable), (_bank.BalancesAsked, _bank.Health.State));

        // Asked again at once: the answer is as good as new.
        await Read();
        Assert.Single(_bank.Renewals);
    }

    [Fact]
    public async Task A_bank_without_leases_is_asked_for_balances_and_once_an_hour_for_leases()
    {
        Balances();
        for (var i = 0; i < 3; i++)
        {
            await Read();
        }

        Assert.Equal((1, 3, Given.Su(42.5m)), (_bank.Renewals.Count, _bank.BalancesAsked, Room()!.Account));
        _bank.Time.Advance(TimeSpan.FromHours(1));
        Leases(static renewal => Granted(renewal, 300m));
        await Read();
        Assert.Equal((2, 3, Given.Su(300m)), (_bank.Renewals.Count, _bank.BalancesAsked, Room()!.Account));
    }

    [Fact]
    public async Task A_bank_with_leases_that_can_not_be_asked_is_not_asked_for_balances()
    {
        // What is available there may be leased to others a moment later.
        Balances();
        Leases(static renewal => Granted(renewal, 300m));
        await Read();
        _bank.Time.Advance(TimeSpan.FromSeconds(20));
        foreach (
            var status in new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError }
        )
        {
            _bank.Lease = _ => new HttpResponseMessage(status);
            await Read();
        }

        Assert.Equal((0, Given.Su(300m), BankState.Unreachable), (_bank.BalancesAsked, Room()!.Account, _bank.Health.State));
        _bank.Lease = static _ => throw new HttpRequestException("refused");
        await Read();
        _bank.Lease = static _ => new HttpResponseMessage(HttpStatusCode.Unauthorized);
        await Read();
        Assert.Equal((0, BankState.TokenRefused), (_bank.BalancesAsked, _bank.Health.State));
    }

    [Fact]
    public async Task Who_may_submit_nothing_gets_the_banks_own_words()
    {
        Leases(static renewal => Granted(renewal, 300m) with { Users = [User(renewal, 0) with { IsMember = false, Granted = null }] });
        await Read();
        Assert.Equal("No.", Room()!.Refusal);
        Leases(static renewal => Granted(renewal, 300m) with { IsActive = false });
        _bank.Time.Advance(TimeSpan.FromSeconds(20));
        await Read();
        Assert.Equal("No.", Room()!.Refusal);
    }

    [Fact]
    public async Task An_answer_to_who_is_behind_is_worth_nothing_and_the_next_request_is_ahead()
    {
        Leases(static renewal => Granted(renewal, 300m) with { Sequence = renewal.Sequence + 1_000_000 });
        await Read();
        Assert.Null(Room());
        Leases(static renewal => Granted(renewal, 200m));
        await Read();
        Assert.Equal(Given.Su(200m), Room()!.Account);
        Assert.Equal(_bank.Renewals[0].Sequence + 1_000_001, _bank.Renewals[1].Sequence);
    }

    [Fact]
    public async Task Nothing_is_asked_before_it_is_known_who_asks()
    {
        // To a stranger the bank would say what is left beside the leases of the process that was here before.
        _bank.Cluster = null;
        Balances();
        Leases(static renewal => Granted(renewal, 30m));
        await Read();
        Assert.Equal((0, 0, null), (_bank.Renewals.Count, _bank.BalancesAsked, Room()));
        _bank.Cluster = "sim";
        await Read();
        Assert.Equal(Given.Su(30m), Room()!.Account);
    }

    private Task Read()
    {
        _rooms.Want(A, Given.Uid, _bank.Time.GetUtcNow());
        return _reads.ReadAsync(A, Given.Uid);
    }

    private Headroom? Room() => _rooms.Want(A, Given.Uid, _bank.Time.GetUtcNow());

    private void Balances() =>
        _bank.Balance = static () =>
            new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Balance, Encoding.UTF8, "application/json") };

    private void Leases(Func<LeaseRenewal, LeaseAnswer> answer) =>
        _bank.Lease = renewal => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(answer(renewal), BankApiJsonContext.Default.LeaseAnswer),
                Encoding.UTF8,
                "application/json"
            ),
        };

    private static LeaseAnswer Granted(LeaseRenewal renewal, decimal granted) =>
        new()
        {
            Sequence = renewal.Sequence,
            IsActive = true,
            ExpiresInSeconds = 60,
            Project = new LeaseGrant { Granted = Given.Su(granted), AskedBack = ServiceUnits.Zero },
            Users = [User(renewal, 75m)],
        };

    private static UserLeaseGrant User(LeaseRenewal renewal, decimal granted) =>
        new()
        {
            UserId = renewal.Users[0].UserId,
            IsMember = true,
            Granted = Given.Su(granted),
        };
}
