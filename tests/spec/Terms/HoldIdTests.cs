using System.Text;
using FsCheck.Xunit;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.Terms;

public sealed class HoldIdTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    [InlineData("{123456789abcdef0123456789abcdef}")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    [InlineData("\u0660123456789abcdef0123456789abcdef")]
    public void Only_32_lower_case_hex_digits_are_an_id(string? text)
    {
        Assert.False(HoldId.TryParse(text, out _));
        Assert.False(HoldId.TryParse(Encoding.UTF8.GetBytes(text ?? ""), out _));
    }

    [Property]
    public bool Text_is_read_back_as_the_same_id(Guid value)
    {
        var id = new HoldId(value);
        return id.ToString().Length == HoldId.TextLength
            && HoldId.TryParse(id.ToString(), out var read)
            && read == id
            && HoldId.TryParse(Encoding.UTF8.GetBytes($"{id}"), out read)
            && read == id;
    }

    [Fact]
    public void New_ids_differ() => Assert.NotEqual(HoldId.New(), HoldId.New());
}
