using FsCheck.Xunit;
using Google.Protobuf;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>What is read without the generated parser means what the generated parser says, or is left to it.</summary>
public sealed class SubmissionReaderTests
{
    private static readonly string[] Words =
    [
        "",
        "fc_abc",
        "normal",
        "normal, gpu,",
        "gres:gpu:2",
        "gres/gpu:a100:2,gres/fpga",
        "0-99:2%10",
        "x",
        "Größe",
        "\U0001F600",
        new string('n', 200),
    ];

    // One for all rounds: what it remembers of one frame must not be seen in the next.
    private readonly SubmissionReader _reader = new();

    [Fact]
    public void A_plugins_submission_is_read()
    {
        var job = new Submission
        {
            HoldId = Given.Id(1).ToString(),
            Uid = uint.MaxValue,
            Account = "fc_abc",
            Partition = "normal,gpu",
            Qos = "low",
            NumTasks = 16,
            CpusPerTask = 2,
            MinCpus = 3,
            MinNodes = 4,
            MaxNodes = 5,
            NtasksPerNode = 6,
            TimeLimitMinutes = 240,
            TimeUnlimited = true,
            TimeMinMinutes = 7,
            Exclusive = true,
            Array = "0-9",
            HetOffset = 0,
            MemPerNodeMib = 1UL << 60,
            MemPerCpuMib = 0,
            TresPerJob = "gres:gpu:1",
            TresPerNode = "gres:gpu:2",
            TresPerSocket = "gres:gpu:3",
            TresPerTask = "gres:gpu:4",
            JobName = "job.sh",
        };
        Assert.True(_reader.TryRead(Body(job), out var hold, out var request));
        Assert.Equal(Given.Id(1), hold);
        Assert.Equal(
            "Uid=4294967295 Account=fc_abc Partitions=normal,gpu Qos=low Tasks=16 CpusPerTask=2 MinCpus=3 MinNodes=4 MaxNodes=5 TasksPerNode=6 "
                + "TimeLimit=04:00:00 TimeUnlimited=True Exclusive=True ArrayTasks=10 MemoryPerNode=1125899906842624 MemoryPerCpu=0 "
                + "TresPerJob=gres/gpu=1 TresPerNode=gres/gpu=2 TresPerSocket=gres/gpu=3 TresPerTask=gres/gpu=4",
            Told(request)
        );
    }

    [Property(MaxTest = 2000)]
    public void Any_submission_is_read_as_the_generated_parser_reads_it(int seed)
    {
        var random = new Random(seed);
        var job = Any(random);
        Assert.Equal(HoldId.TryParse(job.HoldId, out var id), _reader.TryRead(Body(job), out var hold, out var request));
        if (request is not null)
        {
            Assert.Equal(id, hold);
            Assert.Equal(Told(HookFacts.Request(job)), Told(request));
        }
    }

    [Property(MaxTest = 5000)]
    public void A_damaged_frame_is_read_as_the_generated_parser_reads_it_or_not_at_all(int seed)
    {
        var random = new Random(seed);
        var body = Body(Any(random));
        for (var hits = random.Next(1, 4); hits > 0; hits--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        body = random.Next(4) == 0 ? body[..random.Next(body.Length)] : body;
        if (_reader.TryRead(body, out var hold, out var request))
        {
            // This throws when the other would not have it.
            var parsed = Request.Parser.ParseFrom(body).Submission;
            Assert.Equal(parsed.HoldId, hold.ToString());
            Assert.Equal(Told(HookFacts.Request(parsed)), Told(request));
        }
    }

    [Fact]
    public void Whatever_is_not_a_submission_of_today_is_left_to_the_generated_parser()
    {
        var job = new Submission { HoldId = Given.Id(1).ToString() };
        byte[][] others =
        [
            [],
            new Request { Start = new Start { JobId = 1 } }.ToByteArray(),
            new Request { Submission = new Submission { Uid = 1 } }.ToByteArray(),
            // Something after it; a field of tomorrow in it (25, a number); a text that is none; a number that is too large for its field.
            [.. Body(job), 0x0a, 0x00],
            [.. Wrapped([.. job.ToByteArray(), 0xc8, 0x01, 0x01])],
            [.. Wrapped([.. job.ToByteArray(), 0x1a, 0x01, 0xff])],
            [.. Wrapped([.. job.ToByteArray(), 0x10, 0x80, 0x80, 0x80, 0x80, 0x10])],
        ];
        Assert.All(others, body => Assert.False(_reader.TryRead(body, out _, out _)));
    }

    private static byte[] Body(Submission job) => new Request { Submission = job }.ToByteArray();

    private static byte[] Wrapped(byte[] submission) => [0x12, (byte)submission.Length, .. submission];

    private static Submission Any(Random random)
    {
        var job = new Submission
        {
            HoldId = random.Next(8) == 0 ? "none" : new HoldId(Guid.NewGuid()).ToString(),
            Uid = Number(random),
            Account = Word(random),
            Partition = Word(random),
            Qos = Word(random),
            TimeUnlimited = random.Next(2) == 0,
            Exclusive = random.Next(2) == 0,
            Array = Word(random),
            TresPerJob = Word(random),
            TresPerNode = Word(random),
            TresPerSocket = Word(random),
            TresPerTask = Word(random),
            JobName = Word(random),
        };
        Action<uint>[] optional =
        [
            value => job.NumTasks = value,
            value => job.CpusPerTask = value,
            value => job.MinCpus = value,
            value => job.MinNodes = value,
            value => job.MaxNodes = value,
            value => job.NtasksPerNode = value,
            value => job.TimeLimitMinutes = value,
            value => job.TimeMinMinutes = value,
            value => job.HetOffset = value,
            value => job.MemPerNodeMib = (ulong)value << random.Next(32),
            value => job.MemPerCpuMib = (ulong)value << random.Next(32),
        ];
        foreach (var set in optional.Where(_ => random.Next(2) == 0))
        {
            set(Number(random));
        }

        return job;
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static uint Number(Random random) => (uint)(random.NextInt64() >> random.Next(31, 63));

    // Every property, by its name: one that is added is compared, too.
    private static string Told(JobRequest request) =>
        string.Join(
            ' ',
            typeof(JobRequest)
                .GetProperties()
                .Where(static property => property.GetMethod!.IsPublic)
                .Select(property => (property.Name, Value: property.GetValue(request)))
                .Where(static pair => pair.Value is not null)
                .Select(static pair => $"{pair.Name}={(pair.Value is IEnumerable<string> list ? string.Join(',', list) : pair.Value)}")
        );
}
