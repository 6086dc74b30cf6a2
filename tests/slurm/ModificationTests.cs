using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests;

/// <summary>scontrol update of jobs that wait and jobs that run: what is held afterwards.</summary>
[Collection(ClusterCollection.Name)]
public sealed partial class ModificationTests(BankedCluster cluster)
{
    private const string Later = "--begin=now+1hour";

    [Theory]
    [InlineData("-n4 --time=1:00:00", "TimeLimit=2:00:00", 4, 8)]
    [InlineData("-n4 --time=2:00:00", "TimeLimit=30", 8, 2)]
    [InlineData("-n2 --time=1:00:00", "NumCPUs=6", 2, 6)]
    [InlineData("-N1 --time=1:00:00", "NumNodes=2-2", 1, 2)] // a CPU on each
    [InlineData("-n4 --time=1:00:00", "Partition=long", 4, 8)] // 2 SU an hour
    [InlineData("-n4 --time=1:00:00", "Partition=normal,long", 4, 8)]
    [InlineData("-n4 --time=1:00:00", "Partition=whole", 4, 16)] // a node of 16 CPUs
    [InlineData("-n1 --time=1:00:00 --array=0-9", "TimeLimit=2:00:00", 10, 20)]
    public async Task What_a_waiting_job_asks_for_now_is_held(string options, string update, decimal before, decimal after)
    {
        var account = await cluster.OpenAccountAsync(100);
        var job = await WaitingAsync(account, options);
        await HeldAsync(account, 100, before);
        Assert.Equal("", (await UpdateAsync("games", job, update)).Error);

        // A raise at once, though the queue has not been looked at yet.
        Assert.InRange(await AvailableAsync(account), 0, 100 - Math.Max(before, after));
        await HeldAsync(account, 100, after);
    }

    [Theory]
    [InlineData("games")]
    [InlineData(null)]
    public async Task What_does_not_fit_is_refused_and_the_job_stays_as_it_was(string? user)
    {
        var log = Path.Combine(cluster.Directory, "log/slurmctld.log");
        var account = await cluster.OpenAccountAsync(100);
        var job = await WaitingAsync(account, "-n4 --time=10:00:00");
        await HeldAsync(account, 100, 40);
        var refused = await UpdateAsync(user, job, "TimeLimit=1-06:00:00");
        Assert.NotEqual("", refused.Error);
        Assert.Equal("10:00:00", await cluster.FieldAsync(job, "TimeLimit"));

        // 4 CPUs × 30 h; Slurm 22.05 tells the user no more than that it violates a policy.
        var why =
            $"slurm-banking: account {account} can't afford this change: the job may then cost up to 120.00 SU (4 CPUs x 1-06:00:00 x 1 SU/CPU-h), "
            + "80.00 more than now; 60.00 available, 40.00 held by 1 job";
        if ((await cluster.ReleaseAsync()).StartsWith("22.", StringComparison.Ordinal))
        {
            var logged = $"job {job} is not changed for uid {(user is null ? 0 : 5)}: {why}";
            await cluster.EventuallyAsync(
                async () => (await File.ReadAllTextAsync(log)).Contains(logged, StringComparison.Ordinal),
                "the log says why"
            );
        }
        else
        {
            Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        }

        await HeldAsync(account, 100, 40);
    }

    [Fact]
    public async Task One_task_of_an_array_that_is_changed_is_held_at_its_own_price()
    {
        var account = await cluster.OpenAccountAsync(100);
        var job = await WaitingAsync(account, "-n1 --time=1:00:00 --array=0-9");
        await HeldAsync(account, 100, 10);
        Assert.Equal("", (await UpdateAsync("games", $"{job}_3", "TimeLimit=3:00:00")).Error);

        // 9 × 1 + 3
        await HeldAsync(account, 100, 12);
    }

    [Fact]
    public async Task An_admin_who_keeps_others_off_a_jobs_CPUs_gives_it_no_more_of_them()
    {
        // Up to 25.11 the queue shows such a job as one of a whole node, which can't be held on this account.
        var account = await cluster.OpenAccountAsync(5);
        var job = await cluster.SubmittedAsync($"-A {account} -p normal --hold -n4 --time=1:00:00", "sleep 30");
        Assert.Equal("", (await UpdateAsync(null, job, "OverSubscribe=no")).Error);
        Assert.Equal("", (await cluster.SlurmAsync(null, "scontrol", "release", job)).Error);
        await cluster.EventuallyAsync(async () => (await cluster.TransfersAsync(account, job)).Length > 0, "the charge");
        Assert.Equal(["charge -4.00"], await cluster.TransfersAsync(account, job));
        Assert.Equal("", (await cluster.SlurmAsync("games", "scancel", job)).Error);
    }

    [Fact]
    public async Task A_job_can_move_to_an_account_that_can_pay_for_it_and_stays_where_Slurm_leaves_it()
    {
        var (from, to) = (await cluster.OpenAccountAsync(100), await cluster.OpenAccountAsync(30));
        var job = await WaitingAsync(from, "-n4 --time=10:00:00");
        Assert.NotEqual("", (await UpdateAsync("games", job, $"Account={to}")).Error);
        Assert.Equal("", (await UpdateAsync("games", job, "TimeLimit=5:00:00")).Error);
        await HeldAsync(from, 100, 20);

        // Without slurmdbd Slurm takes the change and changes nothing: what is held for it meanwhile comes back.
        Assert.Equal("", (await UpdateAsync("games", job, $"Account={to}")).Error);
        Assert.Equal(from, await cluster.FieldAsync(job, "Account"));
        Assert.Equal(10, await AvailableAsync(to));
        await HeldAsync(to, 30, 0);
        await HeldAsync(from, 100, 20);
    }

    [Fact]
    public async Task A_change_within_moments_of_the_submission_is_checked_too()
    {
        // Several that the queue has not shown yet: each is known by its mark.
        var account = await cluster.OpenAccountAsync(100);
        var others = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            others.Add(await cluster.SubmittedAsync($"-A {account} {Later} -n1 --time=2:00:00"));
        }

        var job = await cluster.SubmittedAsync($"-A {account} {Later} -n4 --time=10:00:00");
        Assert.NotEqual("", (await UpdateAsync("games", job, "TimeLimit=1-06:00:00")).Error);
        Assert.Equal("", (await UpdateAsync("games", job, "TimeLimit=20:00:00")).Error);
        Assert.Equal("", (await UpdateAsync("games", others[1], "TimeLimit=4:00:00")).Error);
        Assert.Equal("", (await UpdateAsync(null, others[2], "AdminComment=seen")).Error);

        // 2 + 4 + 2 + 4 × 20
        await HeldAsync(account, 100, 88);
        Assert.Contains(
            "AdminComment=seen slurm-banking:",
            (await cluster.SlurmAsync(null, "scontrol", "show", "job", others[2])).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Holding_releasing_and_reordering_cost_nothing()
    {
        var account = await cluster.OpenAccountAsync(40);
        var job = await WaitingAsync(account, "-n4 --time=10:00:00");
        await HeldAsync(account, 40, 40);
        foreach (var verb in new[] { "hold", "release" })
        {
            Assert.Equal("", (await cluster.SlurmAsync("games", "scontrol", verb, job)).Error);
        }

        foreach (var update in new[] { "Nice=10", "Priority=77", "Comment=mine", "JobName=other", "StartTime=now+2hours" })
        {
            Assert.Equal("", (await UpdateAsync(null, job, update)).Error);
        }

        await HeldAsync(account, 40, 40);
    }

    [Fact]
    public async Task A_comment_that_an_admin_writes_keeps_the_jobs_mark()
    {
        var account = await cluster.OpenAccountAsync(100);
        var job = await WaitingAsync(account, "-n4 --time=10:00:00");
        await HeldAsync(account, 100, 40);
        var mark = await cluster.MarkAsync(job);
        Assert.Equal("", (await UpdateAsync(null, job, "AdminComment=seen")).Error);
        Assert.Contains(
            $"AdminComment=seen {mark}",
            (await cluster.SlurmAsync(null, "scontrol", "show", "job", job)).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_a_running_job_may_cost_beyond_its_charge_is_held_until_it_ends()
    {
        var account = await cluster.OpenAccountAsync(200);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 20");
        await cluster.EventuallyAsync(async () => (await cluster.TransfersAsync(account, job)).Length > 0, "the charge");
        await HeldAsync(account, 140, 0);

        // 1 CPU × 2 min more; then three more than are there.
        Assert.Equal("", (await UpdateAsync(null, job, "TimeLimit=3")).Error);
        await HeldAsync(account, 140, 120);
        Assert.NotEqual("", (await UpdateAsync(null, job, "TimeLimit=6")).Error);
        await HeldAsync(account, 140, 120);

        // A user may lower it; what was charged comes back at the end.
        Assert.Equal("", (await UpdateAsync("games", job, "TimeLimit=1")).Error);
        await HeldAsync(account, 140, 0);
        Assert.Equal(await cluster.SettledAsync(account, job, 60), await cluster.ElapsedSecondsAsync(job));
        Assert.Equal(["charge -60.00"], (await cluster.TransfersAsync(account, job)).Take(1));
        Assert.Equal(2, (await cluster.TransfersAsync(account, job)).Length);
        await HeldAsync(account, 200 - (await cluster.CostAsync(account, job))!.Value, 0);
    }

    [GeneratedRegex(@"; (-?[0-9.]+) available", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Available();

    // A job that waits, and that the queue has shown.
    private async Task<string> WaitingAsync(string account, string options)
    {
        var job = await cluster.SubmittedAsync($"-A {account} {Later} {options}");
        await cluster.EventuallyAsync(
            async () => await cluster.GaugeAsync("slurm_banking_holds_unbound") == 0,
            "the queue has been looked at"
        );
        return job;
    }

    private Task<CommandResult> UpdateAsync(string? user, string job, string what) =>
        cluster.SlurmAsync(user, "scontrol", "update", $"JobId={job}", what);

    private Task HeldAsync(string account, decimal headroom, decimal held) =>
        cluster.EventuallyAsync(
            async () => await AvailableAsync(account) == headroom - held,
            $"{held} of {headroom} are held on {account}"
        );

    // 12 800 SU are refused, with what there is.
    private async Task<decimal> AvailableAsync(string account)
    {
        var refused = await cluster.SubmitAsync($"-A {account} {Later} -n16 --time=20:00:00 --array=1-40");
        var told = AvailableIn(refused.Error);
        return told ?? throw new InvalidOperationException(refused.Error);
    }

    private static decimal? AvailableIn(string text) =>
        Available().Match(text) is { Success: true } match ? decimal.Parse(match.Value[2..^10], CultureInfo.InvariantCulture) : null;
}
