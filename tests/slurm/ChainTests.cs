using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// A site's own jobcomp plugin, which ours chains to (JobCompParams): both have every job, and where it can't be loaded the bank has
/// them still.
/// </summary>
public sealed partial class ChainTests : IAsyncLifetime
{
    private const string Broken = "JobCompParams=topic=jobs,chain=jobcomp/nosuch";

    private readonly BankedCluster _cluster = new()
    {
        Settings = [("EXTRA_CONF", Broken), ("PRICES", Bill.Prices), ("CONFIG_EXTRA", BankedCluster.SidecarSection)],
    };

    private string Conf => Path.Combine(_cluster.Directory, "slurm.conf");

    // slurmctld opens it, as the slurm user.
    private string Completions => Path.Combine(_cluster.Directory, "log/completions.txt");

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_chained_plugin_and_the_bank_both_have_every_job()
    {
        // What is named is not there: said once, and nothing stops.
        await new OrdinaryJobs(_cluster).AreBilledAsync();
        Assert.Single(Log(), static line => line.Contains("chains to jobcomp/nosuch, which is left out: ", StringComparison.Ordinal));

        await _cluster.EndSlurmctldAsync();
        await File.WriteAllTextAsync(
            Conf,
            (await File.ReadAllTextAsync(Conf)).Replace(
                Broken,
                $"JobCompParams=topic=jobs,chain=jobcomp/filetxt\nJobCompLoc={Completions}",
                StringComparison.Ordinal
            )
        );
        await _cluster.MustAsync("start", "slurmctld");
        var bill = await Bill.OpenAsync(_cluster);
        var cancelled = await bill.SubmitAsync("-p debug -n2", "sleep 60");
        var requeued = await bill.SubmitAsync("-p normal -n1 --requeue", bill.Gated("open"));
        await bill.SubmitAsync("-p debug -n1 --array=1-3", "sleep 1");
        await bill.UntilAsync(
            "it has run for a second",
            jobs => jobs.Any(job => job.JobId == cancelled && job.State == "RUNNING" && job.Start < DateTime.Now.AddSeconds(-1))
        );
        await _cluster.SlurmAsync("games", "scancel", cancelled);
        await bill.RequeueAsync(requeued);
        await bill.StartSoonAsync(requeued);
        bill.Open("open");
        await bill.IsRightAsync();

        // One line for each end: job, two of the requeued, three tasks, and the job that the bill was opened with.
        var written = Completion().Matches(await File.ReadAllTextAsync(Completions)).Where(Ours).Select(Job).Order().ToList();
        var ran = (await _cluster.RecordsAsync(bill.Account))!.Select(static job => job.JobId).Append(requeued).Order().ToList();
        Assert.Equal(7, written.Count);
        Assert.Equal(ran, written);

        // init() of the chained one runs in sacct, too: filetxt reads the file for it.
        var sacct = await _cluster.SlurmAsync(null, "sacct", "--completion", "--noheader", "--parsable2", "--format=JobID,State");
        Assert.True(sacct.ExitCode == 0, sacct.Error);
        Assert.Contains($"{cancelled}|CANCELLED", sacct.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("slurm_banking", sacct.Error, StringComparison.Ordinal);

        // Rotated as a site would do it: filetxt opens its file anew, which it is told through ours.
        File.Move(Completions, Completions + ".1");
        await _cluster.SlurmAsync(null, "kill", "-USR2", await _cluster.SlurmctldAsync());
        await _cluster.EventuallyAsync(() => Task.FromResult(File.Exists(Completions)), "the file is opened anew");
        await _cluster.AssertSlurmLivesAsync();

        bool Ours(Match line) => line.Groups["account"].Value == bill.Account;
        static string Job(Match line) => line.Groups["job"].Value;
    }

    private string[] Log() => File.ReadAllLines(Path.Combine(_cluster.Directory, "log/slurmctld.log"));

    [GeneratedRegex("^JobId=(?<job>[0-9]+) .* Account=(?<account>[^ ]*) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Completion();
}
