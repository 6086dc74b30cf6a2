using SlurmBanking.Cli.Sbatch;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Cli.Tests.Sbatch;

/// <summary>What slurmctld would be sent, by the rules of sbatch(1) and by what its job_submit plugins were seen to get.</summary>
public sealed class SubmissionsTests
{
    [Theory]
    [InlineData("-A physics -p gpu,normal --qos=high job.sh")]
    [InlineData("--account physics --partition=gpu,normal -qhigh job.sh")]
    [InlineData("--acco=physics --parti gpu,normal --qos high -vQ job.sh --account=other")]
    public void Names_are_read_in_every_notation(string line)
    {
        var job = Read(line);
        Assert.Equal(("physics", "gpu,normal", "high"), (job.Account, job.Partition, job.Qos));
    }

    [Theory]
    [InlineData("-n4 -c2", 4u, 2u, null, null, null)]
    [InlineData("-N2-3 --ntasks-per-node=2", null, null, 2u, 3u, 2u)]
    [InlineData("--nodes=2", null, null, 2u, 2u, null)]
    [InlineData("-N 1k --ntasks 2K", 2048u, null, 1024u, 1024u, null)]
    [InlineData("", null, null, null, null, null)]
    public void Counts_are_what_is_given(string line, uint? tasks, uint? cpusPerTask, uint? minNodes, uint? maxNodes, uint? tasksPerNode)
    {
        var job = Read(line);
        Assert.Equal(
            (tasks, cpusPerTask, minNodes, maxNodes, tasksPerNode),
            (
                job.HasNumTasks ? job.NumTasks : (uint?)null,
                job.HasCpusPerTask ? job.CpusPerTask : (uint?)null,
                job.HasMinNodes ? job.MinNodes : (uint?)null,
                job.HasMaxNodes ? job.MaxNodes : (uint?)null,
                job.HasNtasksPerNode ? job.NtasksPerNode : (uint?)null
            )
        );
    }

    [Theory]
    [InlineData("--time=90", 90u, false)]
    [InlineData("-t 1:30:00", 90u, false)]
    [InlineData("-t 0:30", 1u, false)]
    [InlineData("--time=1-0", 1440u, false)]
    [InlineData("--time=UNLIMITED", null, true)]
    [InlineData("--time=0", null, true)]
    [InlineData("", null, false)]
    public void Times_are_minutes(string line, uint? minutes, bool isUnlimited)
    {
        var job = Read(line);
        Assert.Equal((minutes, isUnlimited), (job.HasTimeLimitMinutes ? job.TimeLimitMinutes : (uint?)null, job.TimeUnlimited));
    }

    [Theory]
    [InlineData("--mem=2G", 2048ul, null)]
    [InlineData("--mem=1500", 1500ul, null)]
    [InlineData("--mem=2049K", 3ul, null)]
    [InlineData("--mem=1TB", 1048576ul, null)]
    [InlineData("--mem=0", 0ul, null)]
    [InlineData("--mem-per-cpu=2G", null, 2048ul)]
    [InlineData("--mem=1G --mem-per-cpu=2G", null, 2048ul)]
    public void Memory_is_mebibytes(string line, ulong? perNode, ulong? perCpu)
    {
        var job = Read(line);
        Assert.Equal(
            (perNode, perCpu),
            (job.HasMemPerNodeMib ? job.MemPerNodeMib : (ulong?)null, job.HasMemPerCpuMib ? job.MemPerCpuMib : (ulong?)null)
        );
    }

    [Fact]
    public void Generic_resources_are_named_as_slurmctld_gets_them()
    {
        var job = Read("--gres=gpu:2,shard:1 -G tesla:3 --gpus-per-node=1 --gpus-per-socket=2 --gpus-per-task=a100:4");
        Assert.Equal(
            ("gres:gpu:tesla:3", "gres:gpu:2,gres:shard:1,gres:gpu:1", "gres:gpu:2", "gres:gpu:a100:4"),
            (job.TresPerJob, job.TresPerNode, job.TresPerSocket, job.TresPerTask)
        );
        Assert.Equal("", Read("--gres=none").TresPerNode);
    }

    [Theory]
    [InlineData("--exclusive", true)]
    [InlineData("--exclusive=user", false)]
    [InlineData("-s", false)]
    public void Whole_nodes_are_asked_for_by_exclusive_alone(string line, bool isExclusive) =>
        Assert.Equal(isExclusive, Read(line).Exclusive);

    [Fact]
    public void The_environment_overrides_the_script_and_options_override_both()
    {
        string[] script = ["#!/bin/sh", "#SBATCH -A script -p script", "#SBATCH --qos=script --time=5", "true", "#SBATCH -n 9"];
        var job = Assert.Single(
            Submissions.Of(
                ["--qos=line", "job.sh"],
                static name => name is "SBATCH_PARTITION" or "SBATCH_QOS" ? "environment" : null,
                _ => script
            )
        );
        Assert.Equal(("script", "environment", "line", 5u), (job.Account, job.Partition, job.Qos, job.TimeLimitMinutes));
        Assert.False(job.HasNumTasks);
    }

    [Fact]
    public void A_heterogeneous_job_is_several_submissions()
    {
        var line = Submissions.Of(["-n1", ":", "-n2", "--wrap=true"], Nothing, NoScript);
        Assert.Equal([(0u, 1u), (1u, 2u)], line.Select(static job => (job.HetOffset, job.NumTasks)));
        string[] script = ["#!/bin/sh", "#SBATCH -n3", "#SBATCH hetjob", "#SBATCH -n4", "true"];
        var both = Submissions.Of(["-A physics", "job.sh"], Nothing, _ => script);
        Assert.Equal([3u, 4u], both.Select(static job => job.NumTasks));
    }

    [Theory]
    [InlineData("--nosuch=1", "--nosuch=1 is no option of sbatch")]
    [InlineData("-y", "-y is no option of sbatch")]
    [InlineData("--mem", "--mem wants a value")]
    [InlineData("-n", "-n wants a value")]
    [InlineData("-n -1", "--ntasks=-1 can't be read")]
    [InlineData("--time=soon", "--time=soon can't be read")]
    [InlineData("--mem=5X", "--mem=5X can't be read")]
    [InlineData("--gpus-per=1", "--gpus-per=1 is no option of sbatch")]
    public void What_sbatch_would_not_take_is_said(string line, string message)
    {
        var fault = Assert.Throws<SbankException>(() => Read(line));
        Assert.Equal((ExitCode.Misused, message), (fault.ExitCode, fault.Message));
    }

    private static Submission Read(string line) =>
        Assert.Single(Submissions.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), Nothing, static _ => ["#!/bin/sh"]));

    private static string? Nothing(string name) => null;

    private static IEnumerable<string> NoScript(string path) => throw new InvalidOperationException($"{path} is read");
}
