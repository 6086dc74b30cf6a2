using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

public sealed class SubmissionCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly Account Abc = new("abc", new Allocation(null, null, null, IsExempt: false));
    private static readonly Member User = new("abc", "1000", null);

    [Theory]
    // hundredths: cost, usage, deposited; whether it fits
    [InlineData(0, 0, 0, true)]
    [InlineData(1, 0, 0, false)]
    [InlineData(5000, 5000, 10000, true)]
    [InlineData(5001, 5000, 10000, false)]
    [InlineData(0, 10000, 10000, true)]
    [InlineData(0, 10001, 10000, false)]
    public void A_job_fits_to_the_hundredth(long cost, long usage, long deposited, bool fits) =>
        Assert.Equal(fits, Refusal(cost, new Standing(new(deposited), new(usage), default)) is null);

    [Fact]
    public void Overrun_counts_as_usage() =>
        Assert.Equal(
            "Adding job_cost 1.00 to account balance 150.00 would exceed account allocation 100.00.",
            Refusal(100, new Standing(new(10000), new(10000), new(5000)))
        );

    [Fact]
    public void The_users_cap_counts_what_the_user_used()
    {
        var standing = new Standing(new(10000), new(7000), default);
        var capped = User with { Cap = new ServiceUnits(5000) };
        Assert.Null(SubmissionCheck.Refusal(new(2000), Abc, standing, capped, new(3000), Now));
        Assert.Equal(
            "Adding job_cost 20.01 to user balance 30.00 would exceed user allocation 50.00.",
            SubmissionCheck.Refusal(new(2001), Abc, standing, capped, new(3000), Now)
        );
    }

    [Fact]
    public void The_smaller_of_limit_and_deposits_is_the_allocation()
    {
        var standing = new Standing(new(10000), default, default);
        var limited = Abc with { Allocation = Abc.Allocation with { Limit = new ServiceUnits(5000) } };
        Assert.EndsWith(
            "account allocation 50.00.",
            SubmissionCheck.Refusal(new(5001), limited, standing, User, default, Now),
            StringComparison.Ordinal
        );
        var roomy = Abc with { Allocation = Abc.Allocation with { Limit = new ServiceUnits(20000) } };
        Assert.EndsWith(
            "account allocation 100.00.",
            SubmissionCheck.Refusal(new(10001), roomy, standing, User, default, Now),
            StringComparison.Ordinal
        );
    }

    [Theory]
    // start and end in seconds from now
    [InlineData(0, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(-2, 0, false)]
    [InlineData(-2, -1, false)]
    public void Only_an_active_allocation_can_be_spent(int start, int end, bool fits)
    {
        var window = Abc with { Allocation = new Allocation(null, Now.AddSeconds(start), Now.AddSeconds(end), IsExempt: false) };
        Assert.Equal(fits, SubmissionCheck.Refusal(new(1), window, new Standing(new(100), default, default), User, default, Now) is null);
    }

    private static string? Refusal(long cost, Standing standing) => SubmissionCheck.Refusal(new(cost), Abc, standing, User, default, Now);
}
