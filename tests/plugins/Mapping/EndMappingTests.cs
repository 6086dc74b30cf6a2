using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Mapping;

public sealed unsafe class EndMappingTests
{
    [Fact]
    public void A_job_that_never_ran_has_neither_cpus_nor_nodes()
    {
        var facts = Facts.CancelledWhilePending();

        Assert.Equal(
            new End
            {
                JobId = 7,
                Uid = 5,
                State = 4,
                SubmitTime = 1_700_000_000,
                StartTime = 1_700_000_060,
                EndTime = 1_700_000_060,
                RequestedNodes = 1,
                RequestedCpus = 1,
            },
            EndMapping.ToMessage(in facts)
        );
    }

    [Fact]
    public void An_array_task_carries_both_of_its_numbers()
    {
        var facts = Facts.CancelledWhilePending() with { ArrayJobId = 6, ArrayTaskId = 0 };

        var message = EndMapping.ToMessage(in facts);

        Assert.Equal(6u, message.ArrayJobId);
        Assert.True(message.HasArrayTaskId);
        Assert.Equal(0u, message.ArrayTaskId);
    }

    [Fact]
    public void An_arrays_own_record_has_no_task()
    {
        var facts = Facts.CancelledWhilePending() with { ArrayJobId = 7 };

        Assert.False(EndMapping.ToMessage(in facts).HasArrayTaskId);
    }

    [Fact]
    public void Stale_sizes_of_a_job_that_never_ran_stay_behind()
    {
        var facts = Facts.CancelledWhilePending() with { ArrayJobId = 7, TotalCpus = 1, TotalNodes = 2 };

        var message = EndMapping.ToMessage(in facts);

        Assert.Equal((0u, 0u), (message.TotalCpus, message.TotalNodes));
    }

    [Fact]
    public void A_run_keeps_its_size()
    {
        using var text = new CText();
        var facts = Facts.CancelledWhilePending() with { Nodes = text.Of("n[1-2]"), TotalCpus = 4, TotalNodes = 2 };

        var message = EndMapping.ToMessage(in facts);

        Assert.Equal((4u, 2u), (message.TotalCpus, message.TotalNodes));
    }

    [Fact]
    public void Times_that_are_not_known_are_absent()
    {
        var facts = Facts.CancelledWhilePending() with { StartTime = 0, EndTime = 0, SubmitTime = 0, SuspendedSeconds = -3 };

        var message = EndMapping.ToMessage(in facts);

        Assert.False(message.HasStartTime || message.HasEndTime || message.HasSubmitTime);
        Assert.Equal(0, message.SuspendedSeconds);
    }

    [Fact]
    public void Of_a_huge_comment_only_the_mark_travels()
    {
        using var text = new CText();
        var mark = new HoldMark(HoldId.New(), new ServiceUnits(4800));
        var facts = Facts.CancelledWhilePending() with { AdminComment = text.Of(mark.AppendTo(new string('x', 100_000))) };

        Assert.Equal(mark.ToString(), EndMapping.ToMessage(in facts).AdminComment);
    }
}
