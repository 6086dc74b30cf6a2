using FsCheck.Xunit;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Mapping;

public sealed unsafe class SubmissionMappingTests
{
    [Fact]
    public void A_plain_sbatch_names_nothing_but_its_user_and_one_cpu()
    {
        var hold = HoldId.New();
        var facts = Facts.PlainSbatch();

        Assert.Equal(
            new Submission
            {
                HoldId = hold.ToString(),
                Uid = 5,
                MinCpus = 1,
            },
            SubmissionMapping.ToMessage(in facts, hold)
        );
    }

    [Fact]
    public void What_is_given_travels()
    {
        using var text = new CText();
        var facts = Facts.PlainSbatch() with
        {
            Account = text.Of("fc_abc"),
            Partition = text.Of("Debug,normal"),
            Qos = text.Of("low"),
            ArrayInx = text.Of("0-99:2%10"),
            TresPerJob = text.Of("gres:gpu:2"),
            TresPerNode = text.Of("gres:gpu:1"),
            TresPerSocket = text.Of("gres:gpu:3"),
            TresPerTask = text.Of("gres:gpu:4"),
            Name = text.Of("wrap"),
            NumTasks = 4,
            CpusPerTask = 2,
            MinCpus = 8,
            MinNodes = 2,
            MaxNodes = 3,
            NtasksPerNode = 2,
            TimeLimit = 90,
            TimeMin = 30,
            Shared = 0,
            HetJobOffset = 0,
        };

        var message = SubmissionMapping.ToMessage(in facts, default);

        Assert.Equal(
            new Submission
            {
                HoldId = default(HoldId).ToString(),
                Uid = 5,
                Account = "fc_abc",
                Partition = "Debug,normal",
                Qos = "low",
                Array = "0-99:2%10",
                TresPerJob = "gres:gpu:2",
                TresPerNode = "gres:gpu:1",
                TresPerSocket = "gres:gpu:3",
                TresPerTask = "gres:gpu:4",
                JobName = "wrap",
                NumTasks = 4,
                CpusPerTask = 2,
                MinCpus = 8,
                MinNodes = 2,
                MaxNodes = 3,
                NtasksPerNode = 2,
                TimeLimitMinutes = 90,
                TimeMinMinutes = 30,
                Exclusive = true,
                HetOffset = 0,
            },
            message
        );
    }

    [Theory]
    [InlineData(SlurmNumber.Infinite)]
    [InlineData(0u)]
    public void An_unlimited_time_has_a_field_of_its_own(uint limit)
    {
        var facts = Facts.PlainSbatch() with { TimeLimit = limit };

        var message = SubmissionMapping.ToMessage(in facts, default);

        Assert.True(message.TimeUnlimited);
        Assert.False(message.HasTimeLimitMinutes);
    }

    [Theory]
    [InlineData(SlurmNumber.NoVal64, null, null)]
    [InlineData(ulong.MaxValue, null, null)]
    [InlineData(0ul, 0ul, null)]
    [InlineData(4096ul, 4096ul, null)]
    [InlineData(SlurmNumber.MemPerCpu | 512, null, 512ul)]
    public void The_high_bit_of_memory_says_per_cpu(ulong given, ulong? perNode, ulong? perCpu)
    {
        var facts = Facts.PlainSbatch() with { PnMinMemory = given };

        var message = SubmissionMapping.ToMessage(in facts, default);

        Assert.Equal(perNode, message.HasMemPerNodeMib ? message.MemPerNodeMib : null);
        Assert.Equal(perCpu, message.HasMemPerCpuMib ? message.MemPerCpuMib : null);
    }

    [Fact]
    public void A_long_job_name_is_cut()
    {
        using var text = new CText();
        var facts = Facts.PlainSbatch() with { Name = text.Of(new string('x', 100_000)) };

        Assert.Equal(SubmissionMapping.NameMaxLength, SubmissionMapping.ToMessage(in facts, default).JobName.Length);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_do_no_harm()
    {
        fixed (byte* latin1 = "fc_\xe9\0"u8.ToArray().Select(static (b, i) => i == 3 ? (byte)0xe9 : b).ToArray())
        {
            var facts = Facts.PlainSbatch() with { Account = latin1 };

            Assert.StartsWith("fc_\ufffd", SubmissionMapping.ToMessage(in facts, default).Account, StringComparison.Ordinal);
        }
    }

    /// <summary>No sentinel travels, whatever Slurm may send: every number in the message is a number.</summary>
    [Property]
    public bool No_sentinel_travels(uint a, uint b, ushort c, ulong memory, bool highest)
    {
        var facts = Facts.PlainSbatch() with
        {
            NumTasks = highest ? uint.MaxValue - (a % 2) : a,
            MinCpus = b,
            MinNodes = highest ? SlurmNumber.NoVal : a,
            MaxNodes = b,
            TimeLimit = highest ? SlurmNumber.NoVal : b,
            TimeMin = highest ? SlurmNumber.Infinite : a,
            CpusPerTask = highest ? SlurmNumber.NoVal16 : c,
            NtasksPerNode = highest ? ushort.MaxValue : c,
            PnMinMemory = highest ? ulong.MaxValue - (memory % 2) : memory,
        };
        var message = SubmissionMapping.ToMessage(in facts, default);
        uint[] numbers =
        [
            message.NumTasks,
            message.MinCpus,
            message.MinNodes,
            message.MaxNodes,
            message.TimeLimitMinutes,
            message.TimeMinMinutes,
        ];
        return numbers.All(static number => number < SlurmNumber.NoVal)
            && message.CpusPerTask < SlurmNumber.NoVal16
            && message.NtasksPerNode < SlurmNumber.NoVal16
            && message.MemPerCpuMib < SlurmNumber.MemPerCpu
            && message.MemPerNodeMib < SlurmNumber.MemPerCpu;
    }
}
