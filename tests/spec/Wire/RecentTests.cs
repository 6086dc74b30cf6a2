using System.Text;
using FsCheck.Xunit;
using SlurmBanking.Wire;

namespace SlurmBanking.Spec.Tests.Wire;

public sealed class RecentTests
{
    private static readonly int[] Lengths = [0, 1, 127, 128, 129, 4096];

    private readonly List<string> _made = [];
    private readonly Recent<string> _recent;

    public RecentTests() =>
        _recent = new Recent<string>(text =>
        {
            _made.Add(text);
            return text;
        });

    [Fact]
    public void A_text_that_comes_again_is_made_once()
    {
        Assert.Same(_recent.Of("fc_abc"u8), _recent.Of("fc_abc"u8));
        Assert.Equal(["fc_abc"], _made);
    }

    [Property]
    public bool Whatever_came_before_a_text_is_itself(string?[] texts) =>
        texts
            .Concat(texts)
            .All(text => _recent.Of(Encoding.UTF8.GetBytes(text ?? "")) == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? "")));

    [Fact]
    public void Texts_of_any_length_are_read_and_what_is_no_text_as_anywhere_else()
    {
        Assert.All(Lengths, length => Assert.Equal(new string('n', length), _recent.Of(Encoding.UTF8.GetBytes(new string('n', length)))));
        Assert.Equal("a\uFFFD", _recent.Of([0x61, 0xff]));
    }

    [Fact]
    public void However_many_there_are_it_keeps_no_more_than_has_place()
    {
        for (var i = 0; i < 100_000; i++)
        {
            _recent.Of(Encoding.UTF8.GetBytes($"account{i}"));
        }

        // Each is made once more, but for those few that are still there.
        _made.Clear();
        for (var i = 0; i < 100_000; i++)
        {
            _recent.Of(Encoding.UTF8.GetBytes($"account{i}"));
        }

        Assert.InRange(_made.Count, 100_000 - 256, 100_000);
    }
}
