using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>Transfers at the end of a window and at the beginning of the next, calculated by hand.</summary>
public sealed class WindowTests
{
    private static readonly DateTimeOffset End = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Account Abc = new("abc", new Allocation(null, null, End, IsExempt: false));
    private static readonly LedgerAccount Source = LedgerAccount.GrantSource("abc");
    private static readonly LedgerAccount Project = LedgerAccount.Project("abc");
    private static readonly LedgerAccount Expired = LedgerAccount.Expired("abc");
    private static readonly LedgerAccount Closed = LedgerAccount.Closed("abc");
    private static readonly LedgerAccount User = LedgerAccount.UserCap("abc", "1000");

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public void What_is_left_expires_with_the_first_moment_after_the_window(int seconds, int transfers) =>
        Assert.Equal(transfers, Window.Expire(Abc, [Kept(Project, 40, 100)], End.AddSeconds(seconds)).Count);

    [Fact]
    public void The_remainder_moves_out_under_a_key_of_that_state()
    {
        var transfers = Window.Expire(Abc, [Kept(Project, 40, 100), Kept(Expired, 10, 25)], End);
        Assert.Equal([new Transfer(TransferCode.Expiry, Project, Expired, Su(60), "expiry/abc/1/2500")], transfers);
    }

    [Fact]
    public void Neither_an_empty_account_nor_a_debt_expires()
    {
        Assert.Empty(Window.Expire(Abc, [Kept(Project, 100, 100)], End));
        Assert.Empty(Window.Expire(Abc, [Kept(Project, 130, 100)], End));
    }

    [Fact]
    public void A_renewal_returns_what_expired_carries_over_a_part_and_closes_what_was_used()
    {
        // 100 deposited, 40 used by one user, 60 expired; 25 are carried over.
        var totals = new[] { Kept(Source, 100, 0), Kept(Project, 100, 100), Kept(Expired, 0, 60), Kept(User, 40, 0) };
        Assert.Equal(
            [
                new Transfer(TransferCode.Adjustment, Expired, Project, Su(25), "renewal/abc/2/0", null, "ann", "carried over"),
                new Transfer(TransferCode.Expiry, Expired, Source, Su(35), "renewal/abc/2/1"),
                new Transfer(TransferCode.Adjustment, Closed, Source, Su(40), "renewal/abc/2/2"),
                new Transfer(TransferCode.Adjustment, LedgerAccount.ClosedCap("abc", "1000"), User, Su(40), "renewal/abc/2/3"),
            ],
            Window.Close(Abc, totals, Su(25), "ann")
        );
    }

    [Fact]
    public void Credit_that_was_used_stays_a_debt_and_an_exempt_account_has_none()
    {
        // 100 deposited, 130 used.
        var totals = new[] { Kept(Source, 100, 0), Kept(Project, 130, 100) };
        Assert.Equal(
            [new Transfer(TransferCode.Adjustment, Closed, Source, Su(100), "renewal/abc/2/0")],
            Window.Close(Abc, totals, default, "ann")
        );
        var exempt = Abc with { Allocation = Abc.Allocation with { IsExempt = true } };
        Assert.Equal([Su(100), Su(30)], Window.Close(exempt, totals, default, "ann").Select(static transfer => transfer.Amount));
    }

    [Fact]
    public void Credit_makes_room_below_zero()
    {
        var allocation = Abc.Allocation with { Credit = Su(50) };
        Assert.Equal(Su(20), new Standing(Su(100), Su(130), default).Room(allocation));
        Assert.Equal(Su(150), allocation.Total(Su(100)));
        Assert.Equal(Su(110), (allocation with { Limit = Su(60) }).Total(Su(100)));
    }

    private static LedgerTotals Kept(LedgerAccount account, int debits, int credits) =>
        new(account, Su(debits), Su(credits), MayOverdraw: false);

    private static ServiceUnits Su(int amount) => new(amount * 100L);
}
