using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>The allocation of these tests runs from 1 June to 1 July.</summary>
public sealed class BillingRuleTests
{
    private static readonly Allocation June = new(null, Day(6, 1), Day(7, 1), IsExempt: false);
    private static readonly Allocation Always = new(null, null, null, IsExempt: false);

    [Fact]
    public void A_new_job_in_the_window_is_billed() =>
        Assert.Equal(BillingPlace.Allocation, BillingRule.ForCreate(Day(6, 2), Day(6, 3), June));

    [Fact]
    public void A_new_job_without_submission_or_start_or_from_before_the_window_is_only_stored()
    {
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForCreate(null, Day(6, 3), Always));
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForCreate(Day(6, 2), null, Always));
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForCreate(Day(5, 30), Day(5, 31), June));
    }

    [Fact]
    public void A_replaced_job_needs_all_three_dates()
    {
        var now = Day(6, 15);
        Assert.Equal(BillingPlace.Allocation, BillingRule.ForPut(Day(6, 2), Day(6, 3), Day(6, 4), Always, now));
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForPut(null, Day(6, 3), Day(6, 4), Always, now));
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForPut(Day(6, 2), null, Day(6, 4), Always, now));
        Assert.Equal(BillingPlace.Nowhere, BillingRule.ForPut(Day(6, 2), Day(6, 3), null, Always, now));
    }

    [Theory]
    // started, ended, now, place
    [InlineData(6, 2, 6, 30, 6, 30, BillingPlace.Allocation)]
    [InlineData(6, 1, 7, 1, 6, 30, BillingPlace.Allocation)]
    [InlineData(5, 31, 6, 30, 6, 30, BillingPlace.Nowhere)]
    [InlineData(6, 2, 7, 2, 6, 30, BillingPlace.Nowhere)]
    [InlineData(6, 2, 7, 2, 7, 1, BillingPlace.Overrun)]
    [InlineData(6, 2, 6, 30, 7, 1, BillingPlace.Overrun)]
    [InlineData(5, 31, 6, 30, 7, 1, BillingPlace.Nowhere)]
    public void The_window_decides(int startMonth, int startDay, int endMonth, int endDay, int nowMonth, int nowDay, BillingPlace place) =>
        Assert.Equal(place, BillingRule.ForPut(Day(5, 1), Day(startMonth, startDay), Day(endMonth, endDay), June, Day(nowMonth, nowDay)));

    private static DateTimeOffset Day(int month, int day) => new(2026, month, day, 0, 0, 0, TimeSpan.Zero);
}
