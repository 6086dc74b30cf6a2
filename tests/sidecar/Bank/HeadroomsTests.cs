using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Bank;

public sealed class HeadroomsTests
{
    private const string A = Given.Account;
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private readonly Headrooms _rooms = new();

    [Fact]
    public void What_was_asked_about_and_never_read_is_due()
    {
        Assert.Null(_rooms.Want(A, 1, At(0)));
        Assert.Equal([(A, 1u)], Due(At(0)));
    }

    [Fact]
    public void What_was_read_is_due_when_it_is_as_old_as_the_ttl()
    {
        Know(1, 100m);
        Assert.Empty(Due(At(29.9)));
        Assert.Single(Due(At(30)));
    }

    [Fact]
    public void A_doubt_makes_it_due_within_a_second_and_a_read_ends_the_doubt()
    {
        Know(1, 100m);
        _rooms.Need(A, 1, Given.Su(1m), At(0));
        Assert.Empty(Due(At(0.9)));
        Assert.Single(Due(At(1)));
        Assert.True(_rooms.TryBeginRead(A, 1, alone: false, At(1)));
        _rooms.EndRead(A, 1, Room(90m));
        Assert.Empty(Due(At(3)));
    }

    [Fact]
    public void A_doubt_about_an_account_is_one_about_all_its_users()
    {
        Know(1, 100m);
        Know(2, 100m);
        _rooms.Doubt(A);
        Assert.Equal(2, Due(At(1)).Count);
    }

    [Fact]
    public void Nobody_reads_what_nobody_wants_for_ten_minutes()
    {
        Know(1, 100m);
        Assert.Empty(Due(At(600)));
        _rooms.Want(A, 1, At(601));
        Assert.Single(Due(At(601)));
    }

    [Fact]
    public void A_failed_read_keeps_what_is_known()
    {
        Know(1, 100m);
        Assert.True(_rooms.TryBeginRead(A, 1, alone: false, At(40)));
        _rooms.EndRead(A, 1, null);
        Assert.Equal(Room(100m), _rooms.Want(A, 1, At(40)));
    }

    [Fact]
    public void What_the_bank_books_lowers_both_of_the_users_limits_and_only_the_account_of_others()
    {
        Know(1, 100m, user: 50m);
        Know(2, 100m, user: 50m);
        _rooms.Booked(A, 1, Given.Su(30m));
        Assert.Equal(Room(70m, 20m), _rooms.Want(A, 1, At(0)));
        Assert.Equal(Room(70m, 50m), _rooms.Want(A, 2, At(0)));
    }

    [Fact]
    public void A_read_and_a_write_of_an_account_never_overlap()
    {
        Assert.True(_rooms.TryBeginWrite(A, At(0)));
        Assert.True(_rooms.TryBeginWrite(A, At(0)));
        Assert.False(_rooms.TryBeginRead(A, 1, alone: false, At(0)));
        Assert.True(_rooms.TryBeginRead("another", 1, alone: false, At(0)));

        // The read that was turned away gets its turn before another write.
        Assert.False(_rooms.TryBeginWrite(A, At(0.5)));
        _rooms.EndWrite(A);
        _rooms.EndWrite(A);
        Assert.True(_rooms.TryBeginRead(A, 1, alone: false, At(0.6)));
        Assert.False(_rooms.TryBeginWrite(A, At(60)));
        _rooms.EndRead(A, 1, null);
        Assert.True(_rooms.TryBeginWrite(A, At(60)));
    }

    [Fact]
    public void A_read_that_never_comes_back_for_its_turn_holds_writes_up_for_a_second_only()
    {
        Assert.True(_rooms.TryBeginWrite(A, At(0)));
        Assert.False(_rooms.TryBeginRead(A, 1, alone: false, At(0)));
        _rooms.EndWrite(A);
        Assert.False(_rooms.TryBeginWrite(A, At(0.9)));
        Assert.True(_rooms.TryBeginWrite(A, At(1)));
    }

    [Fact]
    public void Names_that_nobody_asked_about_for_an_hour_are_dropped()
    {
        Know(1, 100m);
        _rooms.Forget(At(3600), TimeProvider.System);
        Assert.NotNull(_rooms.Want(A, 1, At(0)));
        _rooms.Forget(At(3601), TimeProvider.System);
        Assert.Null(_rooms.Want(A, 1, At(3601)));
    }

    [Fact]
    public void A_flood_of_names_drives_out_the_oldest_of_them_and_nothing_that_the_bank_has_told()
    {
        Know(1, 100m);
        Assert.True(_rooms.TryBeginWrite("written", At(0)));
        _rooms.Want("written", 2, At(0));
        Assert.True(_rooms.TryBeginRead("read", 2, alone: false, At(0)));
        for (var name = 1; name <= 3 * Headrooms.Most; name++)
        {
            _rooms.Want($"{name}", 2, At(name / 1000.0));
            if (name % 100 == 0)
            {
                Refused($"none{name}", At(name / 1000.0));
            }
        }

        var left = Due(At(120));
        Assert.InRange(left.Count, Headrooms.Most * 8 / 10, Headrooms.Most);
        Assert.Contains(($"{3 * Headrooms.Most}", 2u), left);
        Assert.Contains(("written", 2u), left);
        Assert.DoesNotContain(("1", 2u), left);
        Assert.DoesNotContain(("none100", 3u), left);

        Assert.Equal(Room(100m), _rooms.Want(A, 1, At(120)));
        Assert.False(_rooms.TryBeginRead("written", 2, alone: false, At(120)));
        Assert.False(_rooms.TryBeginWrite("read", At(120)));
    }

    [Fact]
    public void Of_what_the_bank_has_told_the_longest_unused_goes_first()
    {
        for (uint uid = 1; uid <= Headrooms.Most; uid++)
        {
            Know(uid, 100m);
        }

        _rooms.Want(A, 1, At(1));
        _rooms.Want("another", 1, At(2));
        Assert.NotNull(_rooms.Want(A, 1, At(3)));
        Assert.Null(_rooms.Want(A, 2, At(3)));
    }

    [Fact]
    public void What_was_dropped_in_a_flood_can_be_asked_about_again()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var name = 0; name <= Headrooms.Most; name++)
            {
                _rooms.Want($"{name}", 2, At(round));
            }
        }

        Assert.InRange(Due(At(10)).Count, Headrooms.Most * 8 / 10, Headrooms.Most);
        _rooms.Forget(At(3700), TimeProvider.System);
        Assert.Empty(Due(At(3)));
    }

    [Fact]
    public void All_waits_together_have_a_budget_in_any_five_seconds()
    {
        var (waits, budget) = (new WaitBudget(), TimeSpan.FromMilliseconds(250));
        Assert.Equal(budget, waits.Left(budget, At(0)));
        waits.Spend(TimeSpan.FromMilliseconds(100), At(0));
        waits.Spend(TimeSpan.FromMilliseconds(100), At(2));
        Assert.Equal(TimeSpan.FromMilliseconds(50), waits.Left(budget, At(5)));
        Assert.Equal(TimeSpan.FromMilliseconds(150), waits.Left(budget, At(5.1)));
        waits.Spend(TimeSpan.FromMilliseconds(300), At(6));
        Assert.True(waits.Left(budget, At(7.1)) < TimeSpan.Zero);
        Assert.Equal(budget, waits.Left(budget, At(11.1)));
    }

    private List<(string Account, uint Uid)> Due(DateTimeOffset now) => _rooms.Due(now, Ttl, new Book());

    private static DateTimeOffset At(double seconds) => Given.Noon.AddSeconds(seconds);

    private static Headroom Room(decimal account, decimal? user = null) =>
        new(Given.Su(account), user is { } limit ? Given.Su(limit) : null, null, Given.Noon);

    private void Refused(string account, DateTimeOffset now)
    {
        _rooms.Want(account, 3, now);
        Assert.True(_rooms.TryBeginRead(account, 3, alone: false, now));
        _rooms.EndRead(account, 3, new Headroom(null, null, "no such account", now));
    }

    private void Know(uint uid, decimal account, decimal? user = null)
    {
        _rooms.Want(A, uid, At(0));
        Assert.True(_rooms.TryBeginRead(A, uid, alone: false, At(0)));
        _rooms.EndRead(A, uid, Room(account, user));
    }
}
