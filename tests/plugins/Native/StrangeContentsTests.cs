using System.Globalization;
using System.Text.RegularExpressions;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>
/// Submissions, changes and records of any content, size and magic: pointers that are NULL, strings of a megabyte, sentinels, ends before
/// starts. Nothing is read that is not there, nothing leaks, no call fails, and no record that could be read is lost.
/// </summary>
[Collection(ControllerCollection.Name)]
public sealed partial class StrangeContentsTests(SanitizedController controller) : IDisposable
{
    private readonly RuntimeDirectory _directory = new();
    private readonly RuntimeDirectory _spool = new();

    public void Dispose()
    {
        _directory.Dispose();
        _spool.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_a_sidecar(int seed) => Alone(seed, 400);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void With_a_sidecar_that_answers(int seed) => Answered(seed, 400);

    [Fact]
    [Trait("Run", "verify")]
    public void A_hundred_thousand()
    {
        for (var seed = 100; seed < 110; seed++)
        {
            Alone(seed, 5000);
            Answered(seed, 5000);
        }
    }

    [Fact]
    [Trait("Run", "verify")]
    public void A_thousand_under_valgrind()
    {
        var told = Told(controller.RunUnderValgrind(_directory.Socket, _spool.Path, "fuzz", "200", "1000"), 1000);

        Assert.Equal(told["ended"], Spooled());
    }

    private void Alone(int seed, int count)
    {
        var told = Run(seed, count);

        // One spooled file for each record that could be read.
        Assert.Equal(told["ended"], Spooled());
    }

    private void Answered(int seed, int count)
    {
        var answers = 0;
        var welcome = new Welcome(ScriptedSidecar.Welcome) { SubmissionDeadlineMs = 5000, FactDeadlineMs = 5000 };
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Greeting(welcome, request => Answer(request, ++answers))
        );

        var told = Run(seed, count);

        var received = sidecar.Requests.Count(static request => request.BodyCase == Request.BodyOneofCase.End);
        Assert.InRange(received, 1, told["ended"]);
        Assert.InRange(received + Spooled(), told["ended"], int.MaxValue);
        Assert.InRange(told["refused"], count / 10, count);
    }

    private static byte[] Answer(Request request, int number) =>
        ScriptedSidecar.FrameOf(
            request.BodyCase != Request.BodyOneofCase.Submission
                ? new Reply { Receipt = new Receipt() }
                : new Reply
                {
                    Verdict = new Verdict
                    {
                        Answer = number % 3 == 0 ? Verdict.Types.Answer.Refuse : Verdict.Types.Answer.Accept,
                        Message = number % 3 == 0 ? new string('%', number) : "",
                        Amount = long.MaxValue / number,
                    },
                }
        );

    private Dictionary<string, int> Run(int seed, int count)
    {
        foreach (var file in Directory.GetFiles(_spool.Path))
        {
            File.Delete(file);
        }

        return Told(controller.Run(_directory.Socket, _spool.Path, "fuzz", $"{seed}", $"{count}"), count);
    }

    private static Dictionary<string, int> Told(string output, int count)
    {
        var told = Counts()
            .Matches(output)
            .ToDictionary(
                static match => match.Groups["name"].Value,
                static match => int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

        // Of those with the size that is read, each has its mark; an eighth of all has another size.
        Assert.InRange(told["marked"], count * 3 / 4, count);
        Assert.InRange(told["unread"], 1, count);
        Assert.InRange(told["ended"], count / 3, count);
        return told;
    }

    private int Spooled() => Directory.GetFiles(_spool.Path, "*.frame").Length;

    [GeneratedRegex("(?<name>marked|refused|unread|ended)=(?<count>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counts();
}
