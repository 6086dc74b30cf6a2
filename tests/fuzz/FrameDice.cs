using System.Text;
using Google.Protobuf;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>What somebody might send to the plugin socket: good frames, strange ones, broken ones. The same seed throws the same.</summary>
internal sealed class FrameDice(Random random)
{
    private static readonly uint[] Numbers =
    [
        0,
        1,
        2,
        60,
        64,
        0xfffe,
        0xffff,
        0x7fffffff,
        0x80000000,
        0xfffffffd,
        0xfffffffe,
        uint.MaxValue,
    ];

    private static readonly ulong[] Sizes = [0, 1, 4096, 0xfffffffe, 1UL << 50, 1UL << 62, ulong.MaxValue - 1, ulong.MaxValue];

    private static readonly long[] Times =
    [
        long.MinValue,
        -1,
        0,
        1,
        1_772_366_400,
        1_772_370_000,
        253_402_300_799,
        253_402_300_800,
        long.MaxValue,
    ];

    private static readonly string[] Texts =
    [
        "",
        "normal",
        "fc_abc",
        "normal,long,nowhere",
        ",,,",
        "gres:gpu:2",
        "gres/gpu:tesla:99999999999999999999",
        "gres:gpu:999999999999999E",
        "cpu=4,mem=16G,node=1,billing=4",
        "1=4,2=18446744073709551615,4=1",
        "cpu=999999999999999P,mem=1.5T,=,==,gres/=-1",
        "0-4000000:1%5",
        "0-9999999999:1",
        "1,3,5-9:2",
        "[0-65535]",
        "n[0-99999999]",
        "n[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]",
        "n[[[[]]]],]]]",
        "slurm-banking:0123456789abcdef0123456789abcdef:48.00",
        "slurm-banking:0123456789abcdef0123456789abcdef:99999999999999999999.99 slurm-banking::",
        "\0\u0001\r\n\u001b[31m",
        "\u202e\ufeff\U0001f4a5",
        "'; DROP TABLE run; --",
        "../../../../etc/passwd",
        "%s%n%x{0}",
    ];

    public Request Hello() =>
        new()
        {
            Hello = new Hello
            {
                Protocol = 1,
                Hook = (Hook)random.Next(1, 4),
                SlurmVersion = "22.05.8",
                Build = "fuzz",
            },
        };

    /// <summary>A session's bytes and how many frames they began as: a hello most of the time, then anything.</summary>
    public (byte[] Bytes, int Frames) Session()
    {
        using var bytes = new MemoryStream();
        var frames = random.Next(1, 65);
        if (random.Next(8) != 0)
        {
            bytes.Write(Framed(Hello().ToByteArray()));
        }

        // Most sessions are well formed to the end, so that what is inside the frames is reached.
        var broken = random.Next(3) == 0;
        for (var i = 0; i < frames; i++)
        {
            var body = Body();
            bytes.Write(broken && random.Next(frames) == 0 ? Broken(body) : Framed(body));
        }

        var all = bytes.ToArray();
        if (broken && random.Next(4) == 0)
        {
            all = all[..random.Next(all.Length)];
        }

        return (all, frames);
    }

    /// <summary>One body: a strange message, sometimes with flipped bits or what no protocol knows.</summary>
    public byte[] Body()
    {
        var request = random.Next(16) switch
        {
            0 => Hello(),
            < 9 => new Request { Submission = Submission() },
            < 11 => new Request { Start = Start() },
            _ => new Request { End = End() },
        };
        var body = request.ToByteArray();
        switch (random.Next(12))
        {
            case 0:
                Flip(body);
                return body;
            case 1:
                // A field that nobody knows yet.
                return [.. body, 0xfa, 0x07, 3, 1, 2, 3];
            case 2:
                // Groups in groups: the deepest thing that a parser can be asked to skip.
                var depth = random.Next(1, 20_000);
                return [.. body, .. Enumerable.Repeat((byte)0x7b, depth), .. Enumerable.Repeat((byte)0x7c, depth)];
            case 3:
                // One oneof after another: the last counts.
                return [.. body, .. Hello().ToByteArray(), .. body];
            default:
                return body;
        }
    }

    public End End()
    {
        // Few of them ever ran: what did is a record at the bank, of which there are some hundreds only.
        var end = new End
        {
            JobId = Any(Numbers),
            RestartCount = (uint)random.Next(2),
            Uid = Any(Numbers),
            Account = Text(),
            Partition = Text(),
            Qos = Text(),
            State = random.Next(2) == 0 ? (uint)random.Next(12) : Any(Numbers),
            SuspendedSeconds = Any(Times),
            TotalCpus = random.Next(50) == 0 ? Any(Numbers) : 0,
            TotalNodes = Any(Numbers),
            Nodes = Text(),
            TresAlloc = Text(),
            AdminComment = $"slurm-banking:{random.Next(4):x32}:1.00",
        };
        if (random.Next(4) != 0)
        {
            (end.SubmitTime, end.StartTime, end.EndTime) = (Any(Times), Any(Times), Any(Times));
        }

        if (random.Next(2) == 0)
        {
            (end.TimeLimitMinutes, end.ArrayJobId, end.RequestedNodes) = (Any(Numbers), Any(Numbers), Any(Numbers));
        }

        return end;
    }

    /// <summary>What no reader of frames can make sense of.</summary>
    public byte[] Broken(byte[] body)
    {
        var frame = Framed(body);
        switch (random.Next(6))
        {
            case 0:
                Flip(frame);
                return frame;
            case 1:
                Frame.WriteHeader(
                    frame,
                    random.Next(2) == 0 ? Frame.MaxBodyBytes + random.Next(3) : random.Next(int.MinValue, int.MaxValue)
                );
                return frame;
            case 2:
                Frame.WriteHeader(frame, Math.Max(0, body.Length + random.Next(-5, 6)));
                return frame;
            case 3:
                return frame[..random.Next(frame.Length)];
            case 4:
                var noise = new byte[random.Next(1, 4096)];
                random.NextBytes(noise);
                return noise;
            default:
                // As large as a frame may be, or one byte more.
                return Framed(new byte[Frame.MaxBodyBytes + random.Next(2)]);
        }
    }

    public static byte[] Framed(byte[] body)
    {
        var frame = new byte[Frame.HeaderBytes + body.Length];
        Frame.WriteHeader(frame, body.Length);
        body.CopyTo(frame, Frame.HeaderBytes);
        return frame;
    }

    private Submission Submission()
    {
        var job = new Submission
        {
            HoldId = random.Next(16) == 0 ? Text() : $"{random.NextInt64():x16}{random.NextInt64():x16}",
            Uid = (uint)random.Next(1000, 1004),
            Account = random.Next(4) == 0 ? Text() : "fc_abc",
            Partition = random.Next(2) == 0 ? Text() : "",
            Qos = Text(),
            TimeUnlimited = random.Next(8) == 0,
            Exclusive = random.Next(8) == 0,
            Array = random.Next(4) == 0 ? Text() : "",
            JobName = Text(),
        };
        if (random.Next(2) == 0)
        {
            (job.NumTasks, job.CpusPerTask, job.MinCpus) = (Any(Numbers), Any(Numbers), Any(Numbers));
        }

        if (random.Next(2) == 0)
        {
            (job.MinNodes, job.MaxNodes, job.NtasksPerNode, job.TimeLimitMinutes) = (
                Any(Numbers),
                Any(Numbers),
                Any(Numbers),
                Any(Numbers)
            );
        }

        if (random.Next(2) == 0)
        {
            (job.MemPerNodeMib, job.MemPerCpuMib) = (Any(Sizes), Any(Sizes));
        }

        if (random.Next(4) == 0)
        {
            (job.TresPerJob, job.TresPerNode, job.TresPerSocket, job.TresPerTask) = (Text(), Text(), Text(), Text());
        }

        return job;
    }

    private Start Start() =>
        new()
        {
            JobId = Any(Numbers),
            Uid = Any(Numbers),
            Node = Text(),
            Time = Any(Times),
        };

    private string Text()
    {
        var text = Texts[random.Next(Texts.Length)];
        return random.Next(200) switch
        {
            0 => new StringBuilder().Insert(0, text + ",", random.Next(1, 2000)).ToString(),
            1 => new string('x', random.Next(1, 100_000)),
            _ => text,
        };
    }

    private T Any<T>(T[] values) => values[random.Next(values.Length)];

    private void Flip(byte[] bytes)
    {
        for (var flips = random.Next(1, 9); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
    }
}
