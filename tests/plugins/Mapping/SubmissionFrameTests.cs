using FsCheck.Xunit;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Mapping;

/// <summary>What is written by hand against what the generated code makes of the same facts.</summary>
public sealed unsafe class SubmissionFrameTests : IDisposable
{
    private static readonly uint[] Edges = [0, 1, 127, 128, 16_383, 16_384, SlurmNumber.NoVal - 1, SlurmNumber.NoVal, SlurmNumber.Infinite];
    private static readonly ulong[] Memories = [0, 1, 4096, SlurmNumber.MemPerCpu | 512, SlurmNumber.NoVal64, ulong.MaxValue];
    private static readonly string?[] Texts = [null, "", "a", "fc_abc", "größer", new('x', 127), new('y', 128), new('z', 256)];

    private readonly CText _text = new();

    public void Dispose() => _text.Dispose();

    [Fact]
    public void A_plain_sbatch_is_written_so()
    {
        var hold = new HoldId(new Guid("00112233445566778899aabbccddeeff"));
        var facts = Facts.PlainSbatch() with { Account = _text.Of("fc_a"), NumTasks = 300 };

        // spec/hooks.proto by hand: a length of 49; submission, 47 bytes: hold_id, uid 5, account, num_tasks 300, min_cpus 1.
        Assert.Equal(
            "00000031"
                + "122F"
                + "0A20"
                + Convert.ToHexString("00112233445566778899aabbccddeeff"u8)
                + "1005"
                + "1A0466635F61"
                + "30AC02"
                + "4001",
            Convert.ToHexString(Written(in facts, hold)!)
        );
    }

    [Property(MaxTest = 2000)]
    public bool It_is_the_generated_codes_frame(int seed)
    {
        var random = new Random(seed);
        using var text = new CText();
        var facts = Any(random, text);
        var hold = HoldId.New();
        var written = Written(in facts, hold);
        var generated = Frame.Of(new Request { Submission = SubmissionMapping.ToMessage(in facts, hold) });
        return written is null ? generated.Length > SubmissionFrame.Longest - 3 : written.AsSpan().SequenceEqual(generated);
    }

    [Fact]
    public void What_is_unusual_is_left_to_it()
    {
        fixed (byte* latin1 = new byte[] { (byte)'f', 0xe9, 0 })
        {
            Assert.Null(Written(Facts.PlainSbatch() with { Account = latin1 }, default));
        }

        Assert.Null(Written(Facts.PlainSbatch() with { Name = _text.Of(new string('x', 257)) }, default));
        Assert.Null(Written(Facts.PlainSbatch() with { Partition = _text.Of(new string('p', 1000)) }, default));
        Assert.Null(Written(Facts.PlainSbatch() with { Partition = _text.Of(new string('p', 100_000)) }, default));
        Assert.NotNull(Written(Facts.PlainSbatch() with { Partition = _text.Of(new string('p', 900)) }, default));
    }

    private static byte[]? Written(ref readonly SubmissionFacts facts, HoldId hold)
    {
        Span<byte> frame = new byte[SubmissionFrame.Longest];
        return SubmissionFrame.TryWrite(in facts, hold, frame, out var length) ? frame[..length].ToArray() : null;
    }

    private static byte[]? Written(SubmissionFacts facts, HoldId hold) => Written(in facts, hold);

    private static SubmissionFacts Any(Random random, CText text)
    {
        uint Number() => random.Next(2) == 0 ? Edges[random.Next(Edges.Length)] : (uint)random.NextInt64(uint.MaxValue);
        byte* Text() => Texts[random.Next(Texts.Length)] is { } given ? text.Of(given) : null;
        return new SubmissionFacts
        {
            PnMinMemory = Memories[random.Next(Memories.Length)],
            Account = Text(),
            Partition = Text(),
            Qos = Text(),
            ArrayInx = Text(),
            TresPerJob = Text(),
            TresPerNode = Text(),
            TresPerSocket = Text(),
            TresPerTask = Text(),
            Name = Text(),
            Uid = Number(),
            NumTasks = Number(),
            MinCpus = Number(),
            MinNodes = Number(),
            MaxNodes = Number(),
            TimeLimit = Number(),
            TimeMin = Number(),
            HetJobOffset = Number(),
            CpusPerTask = (ushort)Number(),
            NtasksPerNode = (ushort)Number(),
            Shared = (ushort)random.Next(4),
        };
    }
}
