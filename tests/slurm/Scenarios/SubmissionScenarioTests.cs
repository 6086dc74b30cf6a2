namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>What a submission is held for, by the mark in admin_comment: each row of what job_submit sees. Jobs are not let run.</summary>
[Collection(ScenarioCollection.Name)]
public sealed class SubmissionScenarioTests(ScenarioCluster scenario, ScenarioTable table)
{
    // A node has 16 CPUs, 4 GPUs and 15.625 GiB; gpu: 3600 SU an hour for a CPU and a GiB, 36000 for a GPU.
    private static readonly (string Options, decimal Held)[] Rows =
    [
        ("", 1m), // one CPU for the partition's hour
        ("-n4 -c2 --time=1:00:00", 8m),
        ("-n4 --time=1:00:00", 4m),
        ("-c5 --time=1:00:00", 5m),
        ("-N2-3 --ntasks-per-node=2 --time=1:00:00", 6m), // 3 nodes × 2
        ("-N2-3 --ntasks-per-node=2 -c2 --time=1:00:00", 12m), // 3 × 2 × 2
        ("-N2 --ntasks-per-node=3 --time=1:00:00", 6m),
        ("-N3 --time=1:00:00", 3m),
        ("-N2 --exclusive --time=1:00:00", 32m), // 2 whole nodes
        ("-p whole -n1 --time=1:00:00", 16m), // a partition that gives whole nodes
        ("-p mem -n1 --mem-per-cpu=2500 --time=1:00:00", 10_800m), // ⌈2500 ÷ 1000⌉ = 3 CPUs × 3600
        ("-p mem -n2 -c2 --mem-per-cpu=1500 --time=1:00:00", 28_800m), // 2 × 2 × 2 CPUs × 3600
        ("-p mem -n1 --mem=4500 --time=1:00:00", 18_000m), // ⌈4500 ÷ 1000⌉ = 5 CPUs × 3600
        ("-p mem -n1 --mem-per-cpu=1000 --time=1:00:00", 3600m), // at the limit
        ("-p gpu -n1 --mem=1G --gres=gpu:2 --time=1:00:00", 79_200m), // (1 + 2 × 10 + 1) × 3600
        ("-p gpu -N2 -n2 --mem=1G --gres=gpu:2 --time=1:00:00", 158_400m), // twice that
        ("-p gpu -n1 --mem=1G --gpus=3 --time=1:00:00", 115_200m), // (1 + 30 + 1) × 3600
        ("-p gpu -N2 -n2 --mem=1G --gpus-per-node=1 --time=1:00:00", 86_400m), // 2 × (1 + 10 + 1) × 3600
        ("-p gpu -n3 -N1 --mem=1G --gpus-per-task=1 --time=1:00:00", 122_400m), // (3 + 30 + 1) × 3600
        ("-p gpu -n1 --mem-per-cpu=2G --time=1:00:00", 10_800m), // (1 + 2) × 3600
        ("-p gpu -n1 --mem=0 --time=1:00:00", 59_850m), // (1 + 15.625) × 3600
        ("-n1 -L matlab:2 --time=1:00:00", 1m), // licenses have no price
        ("-n1 --time=2:00:00", 2m),
        ("-n1 --time=2:00:00 --time-min=1:00:00", 2m), // the limit counts, not what it may be cut to
        ("-n2", 2m), // the partition's default, an hour
        ("-p debug -n1", 1800m), // no default: its maximum, 30 minutes × 3600
        ("-n1 --time=UNLIMITED", 24m), // the partition's maximum, a day
        ("-p long -n1 --time=10-00:00:00", 480m), // 240 h × 2
        ("-p normal,long -n2 --time=1:00:00", 4m), // the dearest of the list
        ("-p long,normal -n2 --time=1:00:00", 4m),
        ("-n2 --qos=high --time=1:00:00", 4m), // × 2
        ("-n2 --qos=low --time=1:00:00", 1m), // × 0.5
        ("-p limited -n1 --time=1:00:00", 3600m), // the QOS of a partition sets limits; the job's own, normal, sets the price
        ("-n1 --time=1:00:00 --array=0-9", 10m),
        ("-n1 --time=1:00:00 --array=0-9:3", 4m), // tasks 0 3 6 9
        ("-n1 --time=1:00:00 --array=1,5,10-19%2", 12m),
        ("-n1 --time=1:00:00 --array=0-99:2%10", 50m),
    ];

    public static TheoryData<string, decimal> Requests =>
        [.. Rows.Select(static row => new TheoryDataRow<string, decimal>(row.Options, row.Held))];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_held_for_the_most_that_it_can_cost(string options, decimal held)
    {
        var job = await scenario.Cluster.SubmittedAsync($"-A {scenario.Account} --begin=now+1hour {options}");
        await CheckAsync(options.Length == 0 ? "no option at all" : options, held, job);
    }

    [Fact]
    public async Task Without_an_account_the_users_default_in_slurmdbd_is_held_against()
    {
        var job = await scenario.Cluster.SubmittedAsync("-n3 --time=1:00:00 --begin=now+1hour");
        Assert.Equal(scenario.DefaultAccount, await scenario.Cluster.FieldAsync(job, "Account"));

        // What is refused says who was asked: 16 CPUs × 240 h × 2 SU are more than the account has.
        var refused = await scenario.Cluster.SubmitAsync("-p long -n16 --time=10-00:00:00 --begin=now+1hour");
        Assert.Contains($"account {scenario.DefaultAccount} can't afford this job", refused.Error, StringComparison.Ordinal);
        await CheckAsync("-n3 --time=1:00:00, no account: the user's default", 3m, job);
    }

    [Fact]
    public async Task Against_an_account_without_an_association_nothing_is_held()
    {
        var other = await scenario.Cluster.OpenAccountAsync(900_000_000);
        var job = await scenario.Cluster.SubmittedAsync($"-A {other} -n4 --time=1:00:00 --begin=now+1hour");
        Assert.Equal(scenario.DefaultAccount, await scenario.Cluster.FieldAsync(job, "Account"));

        // The account that is named could pay 7680 SU; the one that will have to can't.
        var refused = await scenario.Cluster.SubmitAsync($"-A {other} -p long -n16 --time=10-00:00:00 --begin=now+1hour");
        Assert.Contains($"account {scenario.DefaultAccount} can't afford this job", refused.Error, StringComparison.Ordinal);
        await CheckAsync("-n4 --time=1:00:00, an account in which the user has no association: the default", 4m, job);
    }

    [Fact]
    public async Task The_default_QOS_of_the_association_multiplies()
    {
        var job = await scenario.Cluster.SubmittedAsync($"-A {scenario.QosAccount} -n3 --time=1:00:00 --begin=now+1hour");
        Assert.Equal("low", await scenario.Cluster.FieldAsync(job, "QOS"));
        await CheckAsync("-n3 --time=1:00:00, QOS low by the association", 1.5m, job);
    }

    [Fact]
    public async Task Each_component_of_a_het_job_is_held_by_itself()
    {
        // 2 CPUs and 1 hour; 3 CPUs on long, 2 SU each.
        var job = await scenario.SubmitHetAsync("--begin=now+1hour", "-n2 --time=1:00:00", "-p long -n3 --time=1:00:00", "true");
        await CheckAsync("het job, -n2", 2m, job);
        await CheckAsync("het job, -p long -n3", 6m, $"{int.Parse(job, System.Globalization.CultureInfo.InvariantCulture) + 1}");
    }

    private async Task CheckAsync(string name, decimal held, string job)
    {
        var mark = await scenario.Cluster.MarkAsync(job);
        (table.Release, table.Directory) = (scenario.Release, Path.Combine(BankedCluster.Root, "artifacts/scenarios"));
        table.Check("submission, held", name, held, mark?.Amount?.Value);
    }
}
