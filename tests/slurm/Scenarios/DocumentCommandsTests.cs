using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// What documents tell to type of sbank, bank and Slurm's own commands, typed line by line on a real cluster; that what all pages tell is
/// there at all, the Architecture suite holds.
/// </summary>
[Collection(ScenarioCollection.Name)]
public sealed partial class DocumentCommandsTests(ScenarioCluster scenario)
{
    // What a line needs that is not there.
    private static readonly string[] Untyped =
    [
        "bank account renew ", // a window that is over
        "bank refund ", // a job that was charged so much
        "bank lease release ", // a cluster that is gone
    ];

    private static readonly string[] Pages = ["docs/sbank.md", "docs/reconciliation.md", "docs/bank.md"];

    private BankedCluster Cluster => scenario.Cluster;

    [Fact]
    public async Task What_is_not_typed_is_still_there()
    {
        var pages = await Task.WhenAll(Pages.Select(page => File.ReadAllTextAsync(Path.Combine(BankedCluster.Root, page))));
        var lines = pages.SelectMany(Lines).ToList();
        Assert.All(Untyped, prefix => Assert.Contains(lines, line => line.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("docs/sbank.md", "games")]
    [InlineData("docs/reconciliation.md", null)]
    [InlineData("docs/bank.md", null)]
    [InlineData("docs/metrics.md", null)]
    public async Task What_a_page_tells_to_type_is_understood(string page, string? user)
    {
        var place = Path.Combine(Cluster.Directory, $"typed-{Guid.NewGuid():N}");
        await MakeToolsAsync(place);
        var job = await Cluster.SlurmAsync("games", "sh", "-c", $"cd {place} && sbatch --parsable job.sh");
        Assert.True(job.ExitCode == 0, job.Error);
        await Cluster.EventuallyAsync(
            async () => (await Cluster.SbankAsync("games", "jobs", job.Output.Trim())).ExitCode == 0,
            "sbank knows the job"
        );
        string[] environment =
        [
            $"PATH={place}/tools:{Cluster.Directory}:{Environment.GetEnvironmentVariable("PATH")}",
            $"SLURM_BANKING_SOCKET={Cluster.Directory}/run/api.sock",
            $"BANK={Cluster.Variables["BANK_URL"]}",
            $"KEY={(await Cluster.BankAsync("token", "create", $"typist-{Guid.NewGuid():N}", "--scope", "admin")).Trim()}",
        ];
        var account = page == "docs/bank.md" ? $"typed_{Guid.NewGuid():N}" : scenario.Asked.Ended;
        var lines = Lines(await File.ReadAllTextAsync(Path.Combine(BankedCluster.Root, page)))
            .Where(static line => !Array.Exists(Untyped, prefix => line.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(line => Filled(line, account, job.Output.Trim()))
            .ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            string[] typed = ["env", .. environment, "sh", "-c", $"cd {place} && {line}"];
            var said = await Cluster.SlurmAsync(user, typed);

            // sbank's 1 is an answer: it would be refused, or accounting and the bank differ.
            var isFine = said.ExitCode == 0 || (said.ExitCode == 1 && line.StartsWith("sbank ", StringComparison.Ordinal));
            Assert.True(isFine, $"{page}: {line}: {said.ExitCode} {said.Error}{said.Output}");
            Assert.True(said.Output.Trim().Length > 0 || !line.StartsWith("scontrol ", StringComparison.Ordinal), $"{line}: nothing");
            if (line.StartsWith("bank account create ", StringComparison.Ordinal))
            {
                await Cluster.BankAsync("account", "member", account, "1000");
                await Cluster.BankAsync("account", "member", account, "1001");
            }
        }
    }

    private async Task MakeToolsAsync(string place)
    {
        var tools = Directory.CreateDirectory(Path.Combine(place, "tools")).FullName;
        await WriteAsync(
            Path.Combine(tools, "bank"),
            $"exec setpriv --reuid=slurm --regid=slurm --clear-groups {Cluster.Directory}/bin/bank/bank \"$@\""
        );
        await WriteAsync(Path.Combine(tools, "curl"), "exec /usr/bin/curl --fail-with-body --silent \"$@\"");
        await WriteAsync(Path.Combine(place, "job.sh"), $"#SBATCH -A {scenario.Asked.Ended} --time=1 --output=/dev/null\ntrue");
        File.SetUnixFileMode(place, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(tools, (UnixFileMode)0b111_101_101);
    }

    private static async Task WriteAsync(string file, string script)
    {
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    // What stands in blocks of sh: a line with the next where it ends in a backslash; a part in brackets may be left out.
    private static IEnumerable<string> Lines(string page) =>
        Block()
            .Matches(page)
            .SelectMany(static block => block.Groups["lines"].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(static line => MayBeLeftOut().Replace(line, "").Trim())
            .Where(static line => line.Length > 0 && line[0] != '#');

    // Its names, and years that lie as far from now as they did when the page was written.
    private static string Filled(string line, string account, string job)
    {
        var year = TimeProvider.System.GetLocalNow().Year;
        return line.Replace("physics", account, StringComparison.Ordinal)
            .Replace("4711", job, StringComparison.Ordinal)
            .Replace("2027-", string.Create(CultureInfo.InvariantCulture, $"{year + 1}-"), StringComparison.Ordinal)
            .Replace("2026-", string.Create(CultureInfo.InvariantCulture, $"{year}-"), StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(?<lines>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();

    [GeneratedRegex(@" \[[^\]]*\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MayBeLeftOut();
}
