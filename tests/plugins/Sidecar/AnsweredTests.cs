using FsCheck.Xunit;
using Google.Protobuf;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Sidecar;

/// <summary>What is read by hand against what the generated code reads.</summary>
public sealed class AnsweredTests
{
    [Theory]
    // spec/hooks.proto by hand: verdict, its length, answer ACCEPT, amount.
    [InlineData("12020801", null)]
    [InlineData("120408011800", 0L)]
    [InlineData("12050801189601", 150L)]
    [InlineData("120C080118FFFFFFFFFFFFFFFF7F", long.MaxValue)]
    public void An_acceptance_is_read_without_a_reply(string hex, long? amount)
    {
        Assert.True(Answered.TryRead(Convert.FromHexString(hex), out var answered));
        Assert.True(answered.IsAccepted);
        Assert.Null(answered.Reply);
        Assert.Equal(amount, answered.Amount?.Hundredths);
        Assert.Equal(Reply.Parser.ParseFrom(Convert.FromHexString(hex)), answered.ToReply());
    }

    [Fact]
    public void Nothing_is_no_acceptance()
    {
        Assert.False(default(Answered).IsAccepted);
        Assert.Null(default(Answered).ToReply());
        Assert.False(Answered.TryRead([], out var answered));
        Assert.False(answered.IsAccepted);
    }

    [Theory]
    // A refusal; an acceptance with a message, with an amount below zero, with a field of a later sidecar, with its fields turned round.
    [InlineData("12020802")]
    [InlineData("12050801120161")]
    [InlineData("120D080118FFFFFFFFFFFFFFFFFF01")]
    [InlineData("120408012001")]
    [InlineData("120518960108 01")]
    [InlineData("1A00")]
    public void Everything_else_is_the_generated_codes(string hex)
    {
        var body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(Generated(body), Answered.TryRead(body, out var answered) ? answered.Reply : null);
    }

    [Property(MaxTest = 5000)]
    public bool Both_read_the_same_of_anything(int seed)
    {
        var random = new Random(seed);
        var body = new Reply
        {
            Verdict = new Verdict { Answer = Verdict.Types.Answer.Accept, Amount = random.NextInt64() >> random.Next(63) },
        }.ToByteArray();
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        body = random.Next(2) == 0 ? body : body[..random.Next(body.Length + 1)];
        return Equals(Answered.TryRead(body, out var answered) ? answered.ToReply() : null, Generated(body));
    }

    private static Reply? Generated(byte[] body)
    {
        try
        {
            return Reply.Parser.ParseFrom(body) is { BodyCase: not Reply.BodyOneofCase.None } reply ? reply : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
