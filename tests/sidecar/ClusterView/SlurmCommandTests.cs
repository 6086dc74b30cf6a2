using System.Text;
using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>Commands as processes; sh stands for Slurm's.</summary>
public sealed class SlurmCommandTests
{
    [Theory]
    [InlineData("printf 'one\\ntwo\\n'", new[] { "one", "two" })]
    [InlineData("printf '\\none\\n\\n\\ntwo'", new[] { "one", "two" })] // the last one without its end
    [InlineData("printf o; sleep 0.2; printf 'ne\\ntw'; sleep 0.2; printf 'o\\n'", new[] { "one", "two" })] // in pieces
    [InlineData("true", new string[0])]
    public async Task Lines_are_taken_as_they_come(string script, string[] lines) => Assert.Equal(lines, await LinesAsync(script));

    [Fact]
    public async Task A_line_may_be_longer_than_any_buffer()
    {
        var lines = await LinesAsync("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end");
        Assert.Equal([300_000, 3], lines.Select(static line => line.Length));
    }

    [Fact]
    public async Task A_command_that_fails_says_why()
    {
        var failure = await Assert.ThrowsAsync<SlurmCommandException>(() => LinesAsync("echo one; echo 'slurmctld is down' >&2; exit 1"));
        Assert.Contains("slurmctld is down", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_given_up() =>
        await Assert.ThrowsAsync<SlurmCommandException>(() => LinesAsync("echo one; exec sleep 60", TimeSpan.FromMilliseconds(300)));

    private static async Task<List<string>> LinesAsync(string script, TimeSpan? timeout = null)
    {
        var lines = new List<string>();
        await SlurmCommand.ReadLinesAsync(
            "sh",
            ["-c", script],
            null,
            timeout ?? TimeSpan.FromSeconds(30),
            line => lines.Add(Encoding.UTF8.GetString(line)),
            CancellationToken.None
        );
        return lines;
    }
}
