using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>A submission's way from Slurm's structure into a frame, out of it, and back: both ends of the plugins' socket.</summary>
public unsafe class FrameBenchmarks : IDisposable
{
    private static readonly byte[] Asked = WarmDesk.Frame(HoldId.New());
    private static readonly Reply Verdict = new()
    {
        Verdict = new Verdict { Answer = Wire.Hooks.Verdict.Types.Answer.Accept, Amount = 4800 },
    };

    private static readonly byte[] Told = Frame.Of(Verdict);

    private readonly SubmissionReader _reader = new();
    private readonly CText _text = new();
    private readonly byte[] _buffer = new byte[4096];
    private SubmissionFacts _facts;

    [GlobalSetup]
    public void Submit() =>
        _facts = Facts.PlainSbatch() with
        {
            Account = _text.Of(WarmDesk.Request.Account),
            Partition = _text.Of("normal"),
            Name = _text.Of("job.sh"),
            NumTasks = 16,
            TimeLimit = 240,
        };

    [Benchmark(Description = "plugin: facts into a frame")]
    public int Ask() => SubmissionFrame.TryWrite(in _facts, HoldId.New(), _buffer, out var length) ? length : 0;

    [Benchmark(Description = "sidecar: a frame into a request")]
    public bool Read()
    {
        return _reader.TryRead(Asked.AsSpan(Frame.HeaderBytes), out _, out var job) && job.Tasks == 16;
    }

    [Benchmark(Description = "sidecar: a verdict into a frame")]
    public int Answer()
    {
        var size = Verdict.CalculateSize();
        Verdict.WriteTo(_buffer.AsSpan(Frame.HeaderBytes, size));
        return size;
    }

    [Benchmark(Description = "plugin: a verdict into the job's comment")]
    public int Hear() =>
        Answered.TryRead(Told.AsSpan(Frame.HeaderBytes), out var answered)
            ? new HoldMark(HoldId.New(), answered.Amount).Format(_buffer)
            : 0;

    public void Dispose()
    {
        _text.Dispose();
        GC.SuppressFinalize(this);
    }
}
