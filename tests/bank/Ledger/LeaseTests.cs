using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>Amounts are hundredths; expected values are calculated by hand from the rule in docs/bank.md.</summary>
public sealed class LeaseTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddSeconds(60);

    [Theory]
    // granted, held, seconds left; what it counts and what is idle
    [InlineData(180, 120, 1, 180, 60)]
    [InlineData(180, 120, 0, 120, 0)]
    [InlineData(180, 120, -3600, 120, 0)]
    [InlineData(100, 120, 1, 100, 0)]
    [InlineData(100, 120, -1, 100, 0)]
    public void A_stale_lease_counts_what_it_covers(long granted, long held, int left, long counts, long idle)
    {
        var lease = One("a", granted, held) with { Expires = Now.AddSeconds(left) };
        Assert.Equal((Su(counts), Su(idle)), (lease.Standing(Now), lease.Idle(Now)));
    }

    [Theory]
    // granted, held, seconds left, charged; what is granted then
    [InlineData(180, 120, 1, 50, 130)]
    [InlineData(180, 120, 1, 180, 0)]
    [InlineData(180, 120, 1, 181, 0)]
    [InlineData(180, 120, 0, 50, 70)]
    [InlineData(180, 120, 0, 120, 0)]
    public void A_charge_lowers_it_but_not_below_nothing(long granted, long held, int left, long charged, long expected)
    {
        var lease = One("a", granted, held) with { Expires = Now.AddSeconds(left) };
        Assert.Equal(lease with { Granted = Su(expected) }, lease.Charge(Su(charged), Now));
    }

    [Theory]
    // limit, charged, other's granted; own held, want; granted, unmet, uncovered
    [InlineData(1000, 400, 0, 0, 0, 600, 0, 0)] // a lone cluster gets everything
    [InlineData(1000, 400, 0, 100, 700, 600, 100, 0)]
    [InlineData(1000, 400, 500, 0, 300, 100, 200, 0)]
    [InlineData(1000, 400, 500, 300, 300, 100, 200, 200)] // it took more than there was
    [InlineData(1000, 1100, 0, 50, 80, 0, 80, 50)] // nothing is available
    [InlineData(0, 0, 0, 0, 0, 0, 0, 0)]
    public void What_is_available_is_granted(
        long limit,
        long charged,
        long other,
        long held,
        long want,
        long granted,
        long unmet,
        long uncovered
    )
    {
        // The other holds all that it has, and so has nothing idle.
        Lease[] leases = other > 0 ? [One("b", other, other)] : [];
        var lease = Renew(new LeasedLimit(Su(limit), Su(charged), leases, Now), "a", held, want);
        Assert.Equal((Su(granted), Su(unmet), Su(uncovered)), (lease.Granted, lease.Unmet, lease.Uncovered));
    }

    [Fact]
    public void Nothing_is_needed_where_nothing_limits_and_what_is_held_counts_should_a_limit_come()
    {
        var lease = Renew(new LeasedLimit(null, Su(100), [], Now), "a", held: 50, want: 80);
        Assert.Equal((Su(50), Su(0), Su(0)), (lease.Granted, lease.Unmet, lease.Uncovered));
        Assert.Equal(Su(0), new LeasedLimit(null, Su(100), [lease], Now).AskedBack("a"));
    }

    [Fact]
    public void Two_converge_to_half_of_what_is_idle()
    {
        // The limit is 1000, b has all of it and holds 200, a comes: 800 are idle, 400 are its part.
        Lease[] leases = [One("b", 1000, 200)];
        var arrived = Renew(Limit(1000, leases), "a", held: 0, want: 0);
        Assert.Equal(Su(0), arrived.Granted);
        var limit = Limit(1000, [.. leases, arrived]);
        Assert.Equal((Su(0), Su(400)), (limit.AskedBack("a"), limit.AskedBack("b")));

        // b gives the 400 back, and is not given them again.
        var shrunk = Renew(limit, "b", held: 200, want: 600);
        Assert.Equal(Su(600), shrunk.Granted);
        var grown = Renew(Limit(1000, [shrunk, arrived]), "a", held: 0, want: 0);
        Assert.Equal(Su(400), grown.Granted);
        limit = Limit(1000, [shrunk, grown]);
        Assert.Equal((Su(0), Su(0), Su(0)), (limit.AskedBack("a"), limit.AskedBack("b"), limit.Available));
    }

    [Fact]
    public void What_one_gives_back_goes_to_whom_it_was_asked_for()
    {
        // a wants 700 and got 500, b has 500 of which it holds 100.
        var a = One("a", 500, 500) with
        {
            Wanted = Su(700),
            Unmet = Su(200),
        };
        var limit = Limit(1000, [a, One("b", 500, 100)]);
        Assert.Equal(Su(200), limit.AskedBack("b"));
        var b = Renew(limit, "b", held: 100, want: 300);
        Assert.Equal(Su(300), b.Granted);
        Assert.Equal(Su(700), Renew(Limit(1000, [a, b]), "a", held: 500, want: 700).Granted);
    }

    [Fact]
    public void Of_several_who_want_more_the_smallest_want_is_met_first()
    {
        // 100 idle, two jobs of 70 and of 60: each having half, none would ever start.
        var a = One("a", 50, 0) with
        {
            Wanted = Su(70),
            Unmet = Su(20),
        };
        var b = One("b", 50, 0) with { Wanted = Su(60), Unmet = Su(10) };
        var limit = Limit(100, [a, b]);
        Assert.Equal((Su(10), Su(0)), (limit.AskedBack("a"), limit.AskedBack("b")));
        a = Renew(limit, "a", held: 0, want: 40);

        // a, asking again before b does, does not take it again.
        Assert.Equal(Su(40), Renew(Limit(100, [a, b]), "a", held: 0, want: 70).Granted);
        Assert.Equal(Su(60), Renew(Limit(100, [a, b]), "b", held: 0, want: 60).Granted);
    }

    [Fact]
    public void What_another_holds_without_a_lease_is_not_given_away()
    {
        // b holds 300 and has 100; then 250 become available.
        var b = One("b", 100, 300) with
        {
            Unmet = Su(200),
            Uncovered = Su(200),
        };
        var limit = Limit(350, [b]);
        Assert.Equal(Su(50), Renew(limit, "a", held: 0, want: 250).Granted);
        // But what a holds is as good as spent, too.
        Assert.Equal(Su(250), Renew(limit, "a", held: 250, want: 250).Granted);
        // b gets what it holds, and as the only one what is left as well.
        Assert.Equal(Su(350), Renew(limit, "b", held: 300, want: 300).Granted);
    }

    [Fact]
    public void Where_the_limit_is_passed_idle_leases_are_asked_back()
    {
        // After an adjustment: 300 leased of 250, of which 100 cover holds.
        var limit = Limit(250, [One("a", 300, 100)]);
        Assert.Equal((Su(-50), Su(50)), (limit.Available, limit.AskedBack("a")));
        Assert.Equal(Su(250), Renew(limit, "a", held: 100, want: 250).Granted);
        // It is not taken away from one that does not give it.
        Assert.Equal(Su(300), Renew(limit, "a", held: 100, want: 300).Granted);
    }

    [Fact]
    public void A_stale_lease_gives_its_idle_part_and_neither_wants_nor_is_asked()
    {
        var gone = One("b", 500, 200) with { Wanted = Su(900), Unmet = Su(400), Expires = Now };
        var limit = Limit(1000, [gone]);
        Assert.Equal((Su(800), Su(0)), (limit.Available, limit.AskedBack("b")));
        Assert.Equal(Su(800), Renew(limit, "a", held: 0, want: 0).Granted);
        // Back again, it has what it held, and gets what is there.
        Assert.Equal(Su(1000), Renew(limit, "b", held: 200, want: 300).Granted);
    }

    [Fact]
    public void No_lease_is_more_than_the_contract_can_carry()
    {
        var limit = new LeasedLimit(ServiceUnits.Max * 3, Su(0), [], Now);
        Assert.Equal(ServiceUnits.Max, limit.Renew("x", "a", new LeaseRequest("", Su(0), Su(0)), Later).Granted);
    }

    private static ServiceUnits Su(long hundredths) => new(hundredths);

    private static Lease One(string cluster, long granted, long held) =>
        new("x", cluster, "", Su(granted), Su(held), Su(granted < held ? held : granted), Su(0), Su(0), Later);

    private static LeasedLimit Limit(long limit, params Lease[] leases) => new(Su(limit), Su(0), leases, Now);

    private static Lease Renew(LeasedLimit limit, string cluster, long held, long want) =>
        limit.Renew("x", cluster, new LeaseRequest("", Su(held), Su(want)), Later);
}
