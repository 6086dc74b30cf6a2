using SlurmBanking.Bank.Pages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Pages;

public sealed class HtmlTests
{
    [Fact]
    public void A_value_is_text_wherever_it_stands()
    {
        const string Evil = "<script>\"'&\u202e\0";
        Assert.Equal(
            "<a title=\"&lt;script&gt;&quot;&#x27;&amp;&#x202E;&#x0;\">&lt;script&gt;&quot;&#x27;&amp;&#x202E;&#x0;</a>",
            $"{Html.Of($"<a title=\"{Evil}\">{Evil}</a>")}"
        );
    }

    [Fact]
    public void Markup_of_ours_stays_markup_alone_and_in_lists()
    {
        var item = Html.Of($"<li>{"<"}</li>");
        Assert.Equal(
            "<ul><li>&lt;</li><li>&lt;</li></ul><li>&lt;</li>",
            $"{Html.Of($"<ul>{new[] { item, item }}</ul>{item}{Html.Nothing}")}"
        );
    }

    [Fact]
    public void Amounts_moments_and_coordinates_read_the_same_everywhere()
    {
        var moment = new DateTimeOffset(2026, 6, 1, 1, 2, 3, TimeSpan.FromHours(2));
        Assert.Equal(
            "-1234567.80 7 0.3 <time datetime=\"2026-05-31T23:02:03Z\">2026-05-31 23:02:03</time> –",
            $"{Html.Of($"{new ServiceUnits(-123456780)} {7} {1.0 / 3} {moment} {(DateTimeOffset?)null}{(string?)null}")}"
        );
    }
}
