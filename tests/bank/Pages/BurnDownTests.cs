using System.Globalization;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Pages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Pages;

public sealed class BurnDownTests
{
    // Window, now; first moment, days of a step, last moment, right end, and how many moments there are.
    [Theory]
    [InlineData(null, null, "2026-06-15T12:00", "2026-03-17T00:00", 1, "2026-06-15T12:00", "2026-06-15T12:00", 92)]
    [InlineData("2026-06-01T00:00", null, "2026-06-15T12:00", "2026-06-01T00:00", 1, "2026-06-15T12:00", "2026-06-15T12:00", 16)]
    [InlineData(
        "2026-06-01T00:00",
        "2026-07-01T00:00",
        "2026-06-15T00:00",
        "2026-06-01T00:00",
        1,
        "2026-06-15T00:00",
        "2026-07-01T00:00",
        15
    )]
    [InlineData(
        "2026-06-01T08:00",
        "2026-06-10T00:00",
        "2026-08-01T00:00",
        "2026-06-01T00:00",
        1,
        "2026-06-10T00:00",
        "2026-06-10T00:00",
        10
    )]
    [InlineData("2025-01-01T00:00", null, "2026-01-01T00:00", "2025-01-01T00:00", 4, "2026-01-01T00:00", "2026-01-01T00:00", 93)]
    [InlineData("2026-06-15T12:00", null, "2026-06-15T12:00", "2026-03-17T00:00", 1, "2026-06-15T12:00", "2026-06-15T12:00", 92)]
    [InlineData("2027-01-01T00:00", null, "2026-06-15T12:00", "2026-03-17T00:00", 1, "2026-06-15T12:00", "2026-06-15T12:00", 92)]
    public void The_span_is_the_window_or_ninety_days(
        string? start,
        string? end,
        string now,
        string since,
        int days,
        string until,
        string drawnUntil,
        int count
    )
    {
        var span = BurnDown.Of(new Allocation(null, Time(start), Time(end), IsExempt: false), Time(now)!.Value);
        Assert.Equal(new BurnDown(Time(since)!.Value, TimeSpan.FromDays(days), Time(until)!.Value, Time(drawnUntil)!.Value), span);
        var moments = span.Moments();
        Assert.Equal((count, span.Since, span.Until), (moments.Count, moments[0], moments[^1]));
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(-1, 100, 0)]
    [InlineData(1, 300, 0)]
    [InlineData(299, 300, 99)]
    [InlineData(300, 300, 100)]
    [InlineData(301, 300, 100)]
    [InlineData(600, 300, 200)]
    [InlineData(1, 0, 999)]
    [InlineData(99_999_999_999, 1, 999)]
    public void A_bar_is_never_fuller_than_the_ledger_says(long used, long limit, int percent) =>
        Assert.Equal(percent, UsedBar.Percent(new ServiceUnits(used), new ServiceUnits(limit)));

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
