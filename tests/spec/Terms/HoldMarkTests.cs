using FsCheck;
using FsCheck.Xunit;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.Terms;

public sealed class HoldMarkTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef";
    private static readonly HoldId Id = new(new Guid("01234567-89ab-cdef-0123-456789abcdef"));

    [Fact]
    public void The_text_names_id_and_amount()
    {
        Assert.Equal($"slurm-banking:{Hex}:48.00", new HoldMark(Id, new ServiceUnits(4800)).ToString());
        Assert.Equal($"slurm-banking:{Hex}:-", new HoldMark(Id, null).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("someone's own words")]
    [InlineData("slurm-banking:")]
    [InlineData($"slurm-banking:{Hex}")]
    [InlineData($"slurm-banking:{Hex}:")]
    [InlineData($"Slurm-banking:{Hex}:1.00")]
    [InlineData($"xslurm-banking:{Hex}:1.00")]
    public void A_comment_without_a_whole_mark_has_none(string? comment) => Assert.False(HoldMark.TryFind(comment, out _));

    [Fact]
    public void The_last_mark_counts()
    {
        var other = new HoldMark(HoldId.New(), new ServiceUnits(1));
        Assert.True(HoldMark.TryFind($"{other} words slurm-banking:{Hex}:2.50", out var found));
        Assert.Equal(new HoldMark(Id, new ServiceUnits(250)), found);
    }

    [Fact]
    public void An_amount_that_cannot_be_read_leaves_the_id()
    {
        Assert.True(HoldMark.TryFind($"slurm-banking:{Hex}:lots", out var found));
        Assert.Equal(new HoldMark(Id, null), found);
    }

    [Fact]
    public void An_earlier_mark_gives_way_and_other_content_stays()
    {
        var earlier = new HoldMark(HoldId.New(), null).ToString();
        Assert.Equal($"queue notes slurm-banking:{Hex}:1.00", new HoldMark(Id, new ServiceUnits(100)).AppendTo($"queue {earlier} notes"));
    }

    [Property]
    public bool What_is_appended_to_any_comment_is_found_in_it(string? comment, Guid id, int? hundredths)
    {
        var mark = new HoldMark(new HoldId(id), hundredths is { } amount ? new ServiceUnits(amount) : null);
        return HoldMark.TryFind(mark.AppendTo(comment), out var found) && found == mark;
    }

    [Property]
    public bool Appending_twice_is_appending_once(NonNull<string> comment, Guid id)
    {
        var mark = new HoldMark(new HoldId(id), null);
        var once = mark.AppendTo(comment.Get);
        return mark.AppendTo(once) == once;
    }
}
