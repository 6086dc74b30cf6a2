using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>Headrooms that are leases: what is asked for, what is known at each moment, and when it is asked for again.</summary>
public sealed class LeaseTests
{
    private const string A = Given.Account;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private readonly Headrooms _rooms = new();
    private readonly Book _book = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);

    [Fact]
    public void What_is_held_and_what_was_refused_is_asked_for()
    {
        // 25.00 of user 1 and 5.00 of user 2 are held; user 1 needs 40.00 more.
        Hold(1, uid: 1, 25m);
        Hold(2, uid: 2, 5m);
        Want(1, 2);
        _rooms.Need(A, 1, Given.Su(40m), At(0));
        var claim = _rooms.Claim(A, 1, _book, 7, At(1));
        Assert.Equal((7, Given.Su(30m), Given.Su(70m)), (claim.Sequence, claim.Project.Held, claim.Project.Want));
        Assert.Equal(
            [("1", Given.Su(25m), Given.Su(65m)), ("2", Given.Su(5m), Given.Su(5m))],
            claim.Users.Select(static user => (user.UserId, user.Held, user.Want))
        );
    }

    [Fact]
    public void What_is_granted_is_known_for_all_users_of_the_account()
    {
        Want(1, 2);
        Renew(1, At(0), Answer(Grant(600m), User(1, 100m), User(2, null)));
        Assert.Equal((Given.Su(600m), Given.Su(100m)), Room(1));
        Assert.Equal((Given.Su(600m), null), Room(2));

        // 1000.00 less 100.00 charged, 250.00 free and the 600.00: 50.00 are another cluster's.
        Assert.Equal(Given.Su(50m), _rooms.Want(A, 2, At(0))!.AccountElsewhere);
    }

    [Fact]
    public void What_is_asked_back_is_given_back_before_the_bank_is_told()
    {
        Want(1);
        Renew(1, At(0), Answer(Grant(600m, askedBack: 250m), User(1, 500m, askedBack: 300m)));
        Assert.Equal((Given.Su(600m), Given.Su(500m)), Room(1));
        var claim = _rooms.Claim(A, 1, _book, 2, At(10));
        Assert.Equal((Given.Su(350m), Given.Su(200m)), (claim.Project.Want, claim.Users[0].Want));
        Assert.Equal((Given.Su(350m), Given.Su(200m)), Room(1));
    }

    [Fact]
    public void What_is_not_there_any_more_is_not_decided_on()
    {
        // 900.00 were left and leased when 150.00 were taken off the account: what is granted is beyond what there is.
        Want(1);
        Renew(1, At(0), Answer(Grant(900m, askedBack: 150m) with { Available = Given.Su(-150m) }, User(1, 500m)));
        Assert.Equal((Given.Su(750m), Given.Su(500m)), Room(1));
        Assert.Equal(Given.Su(750m), _rooms.Claim(A, 1, _book, 2, At(10)).Project.Want);
    }

    [Fact]
    public void What_is_needed_is_told_first_and_then_given_back_all_the_same()
    {
        // 40.00 of 100.00 are held, and 80.00 needed: 60.00 are idle, of which 50.00 are asked back.
        Want(1);
        Hold(1, uid: 1, 40m);
        Renew(1, At(0), Answer(Grant(100m, askedBack: 50m), User(1, null)));
        _rooms.Need(A, 1, Given.Su(80m), At(1));
        Assert.Equal(Given.Su(120m), _rooms.Claim(A, 1, _book, 2, At(2)).Project.Want);
        Assert.Equal(Given.Su(100m), Room(1).Account);
        Assert.Equal(Given.Su(50m), _rooms.Claim(A, 1, _book, 3, At(3)).Project.Want);
        Assert.Equal(Given.Su(50m), Room(1).Account);
        Assert.Equal(Given.Su(120m), _rooms.Claim(A, 1, _book, 4, At(4)).Project.Want);
    }

    [Fact]
    public void What_is_held_is_never_given_back()
    {
        Want(1);
        Renew(1, At(0), Answer(Grant(600m, askedBack: 500m), User(1, null)));
        Hold(1, uid: 1, 480m);
        Assert.Equal(Given.Su(480m), _rooms.Claim(A, 1, _book, 2, At(10)).Project.Want);
    }

    [Fact]
    public void What_the_account_can_not_pay_for_at_all_is_not_asked_for()
    {
        // 1000.00 less 100.00 charged: 900.00 at most.
        Want(1);
        Renew(1, At(0), Answer(Grant(300m), User(1, null)));
        _rooms.Need(A, 1, Given.Su(900m), At(1));
        Assert.Equal(Given.Su(900m), _rooms.Claim(A, 1, _book, 2, At(2)).Project.Want);
        Renew(1, At(2), Answer(Grant(300m), User(1, null)));
        _rooms.Need(A, 1, Given.Su(900.01m), At(3));
        Assert.Equal(Given.Su(300m), _rooms.Claim(A, 1, _book, 4, At(4)).Project.Want);
    }

    [Fact]
    public void A_need_is_told_for_two_minutes()
    {
        Want(1);
        _rooms.Need(A, 1, Given.Su(60m), At(0));
        Assert.Equal(Given.Su(60m), _rooms.Claim(A, 1, _book, 1, At(119)).Project.Want);
        Assert.Equal(ServiceUnits.Zero, _rooms.Claim(A, 1, _book, 2, At(120)).Project.Want);
    }

    [Fact]
    public void A_charge_lowers_the_lease_as_it_does_at_the_bank()
    {
        Want(1, 2);
        Renew(1, At(0), Answer(Grant(600m), User(1, 100m), User(2, 80m)));
        _rooms.Booked(A, 1, Given.Su(30m));
        Assert.Equal((Given.Su(570m), Given.Su(70m)), Room(1));
        Assert.Equal((Given.Su(570m), Given.Su(80m)), Room(2));
    }

    [Fact]
    public void A_renewal_is_due_before_a_third_of_its_time_is_over()
    {
        // 60 s, of which the last tenth is left to the bank's clock. One question is for both users.
        Want(1, 2);
        Renew(1, At(0), Answer(Grant(600m), User(1, null), User(2, null)));
        Assert.Empty(Due(At(17.9)));
        Assert.Single(Due(At(18)));
    }

    [Fact]
    public void What_is_held_more_than_the_bank_knows_is_told_within_seconds()
    {
        Want(1);
        Renew(1, At(0), Answer(Grant(600m), User(1, null)));
        Hold(1, uid: 1, 60m);
        Assert.Empty(Due(At(4.9)));
        Assert.Single(Due(At(5)));
    }

    [Fact]
    public void A_lease_is_renewed_while_anything_is_held_and_for_ten_minutes_more()
    {
        Want(1);
        Renew(1, At(0), Answer(Grant(600m), User(1, null)));
        Hold(1, uid: 1, 60m);
        Assert.Single(Due(At(5000)));
        _book.Remove(Given.Id(1));
        Assert.Single(Due(At(5599)));
        Assert.Empty(Due(At(5600)));
    }

    [Fact]
    public void Who_may_submit_nothing_is_asked_about_alone()
    {
        Want(1, 2);
        Renew(1, At(0), Answer(Grant(600m), User(1, null), User(2, null, isMember: false)));
        Assert.Null(_rooms.Want(A, 2, At(1)));
        Assert.Equal([(A, 2u)], Due(At(1)));
        Assert.True(_rooms.TryBeginRead(A, 2, alone: true, At(1)));
        _rooms.EndRead(A, 2, new Headroom(null, null, "no member", At(1)));
        Assert.Equal(["1"], _rooms.Claim(A, 1, _book, 3, At(2)).Users.Select(static user => user.UserId));
        Assert.Equal("no member", _rooms.Want(A, 2, At(2))!.Refusal);
    }

    [Fact]
    public void Reads_that_may_change_a_lease_do_not_overlap()
    {
        Assert.True(_rooms.TryBeginRead(A, 1, alone: true, At(0)));
        Assert.False(_rooms.TryBeginRead(A, 2, alone: true, At(0)));
        Assert.True(_rooms.TryBeginRead("another", 2, alone: true, At(0)));
        _rooms.EndRead(A, 1, null);

        // Who was put off by another read holds up no write.
        Assert.True(_rooms.TryBeginWrite(A, At(0)));
        _rooms.EndWrite(A);
        Assert.True(_rooms.TryBeginRead(A, 2, alone: true, At(0)));
    }

    [Fact]
    public void A_lease_lapses_a_little_before_the_bank_says()
    {
        Want(1);
        Renew(1, At(0), Answer(Grant(600m), User(1, null)));
        _time.Advance(TimeSpan.FromSeconds(53.9));
        Assert.False(_rooms.HasLapsed(A, _time));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(_rooms.HasLapsed(A, _time));

        // What is known stays while somebody wants it: it still refuses. Then the account is as if it had never been read.
        _rooms.Forget(At(599), _time);
        Assert.NotNull(_rooms.Want(A, 1, At(0)));
        _rooms.Forget(At(600), _time);
        Assert.Null(_rooms.Want(A, 1, At(0)));
        Assert.False(_rooms.HasLapsed(A, _time));
    }

    [Fact]
    public void What_was_leased_of_a_users_limit_lapses_though_the_accounts_lease_goes_on()
    {
        // User 2 asks for nothing for ten minutes, and is not asked about any more.
        Want(1, 2);
        Renew(1, At(0), Answer(Grant(600m), User(1, 100m), User(2, 80m)));
        _rooms.Want(A, 1, At(650));
        Renew(1, At(650), Answer(Grant(500m), User(1, 100m)));
        Assert.Equal(Given.Su(500m), _rooms.Want(A, 1, At(651))!.Account);
        Assert.Null(_rooms.Want(A, 2, At(651)));

        // While the bank can't be asked nobody's is renewed, and what is known is what the policy goes by.
        Assert.Equal(Given.Su(100m), _rooms.Want(A, 1, At(2000))!.User);
    }

    [Fact]
    public void What_is_held_beyond_all_leases_is_told_once()
    {
        Want(1);
        Assert.Equal(Given.Su(20m), Renew(1, At(0), Answer(Grant(100m) with { Uncovered = Given.Su(20m) }, User(1, null))));
        Assert.Equal(ServiceUnits.Zero, Renew(1, At(20), Answer(Grant(100m) with { Uncovered = Given.Su(10m) }, User(1, null))));
        Assert.Equal(Given.Su(10m), Assert.Single(_rooms.Leases).Uncovered);
        Renew(1, At(40), Answer(Grant(100m), User(1, null)));
        Assert.Equal(Given.Su(5m), Renew(1, At(60), Answer(Grant(100m), User(1, null) with { Uncovered = Given.Su(5m) })));
    }

    private void Want(params uint[] users)
    {
        foreach (var uid in users)
        {
            _rooms.Want(A, uid, At(0));
        }
    }

    private ServiceUnits Renew(uint uid, DateTimeOffset now, LeaseAnswer answer)
    {
        Assert.True(_rooms.TryBeginRead(A, uid, alone: true, now));
        var uncovered = _rooms.Granted(A, _rooms.Claim(A, uid, _book, 1, now), answer, _time.GetTimestamp(), now);
        _rooms.EndRead(A, uid, null);
        return uncovered;
    }

    private (ServiceUnits? Account, ServiceUnits? User) Room(uint uid)
    {
        var room = _rooms.Want(A, uid, At(0))!;
        return (room.Account, room.User);
    }

    private void Hold(int id, uint uid, decimal amount) => _book.Put(Given.Hold(id, amount) with { Uid = uid });

    private List<(string Account, uint Uid)> Due(DateTimeOffset now) => _rooms.Due(now, Ttl, _book);

    private static DateTimeOffset At(double seconds) => Given.Noon.AddSeconds(seconds);

    private static LeaseAnswer Answer(LeaseGrant project, params UserLeaseGrant[] users) =>
        new()
        {
            Sequence = 1,
            IsActive = true,
            ExpiresInSeconds = 60,
            Project = project,
            Users = users,
        };

    // Of 1000.00, of which 100.00 are charged, and 50.00 another cluster's.
    private static LeaseGrant Grant(decimal granted, decimal askedBack = 0) =>
        new()
        {
            Granted = Given.Su(granted),
            AskedBack = Given.Su(askedBack),
            Limit = Given.Su(1000m),
            Charged = Given.Su(100m),
            Available = Given.Su(850m - granted),
        };

    private static UserLeaseGrant User(uint uid, decimal? granted, decimal askedBack = 0, bool isMember = true) =>
        new()
        {
            UserId = $"{uid}",
            IsMember = isMember,
            Granted = granted is { } amount ? Given.Su(amount) : null,
            AskedBack = Given.Su(askedBack),
        };
}
