using System.Diagnostics;
using System.Runtime.InteropServices;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The report in plain C (plugins/shim/start_report.c) against a sidecar that speaks the generated protobuf.</summary>
public sealed unsafe class StartReportTests : IDisposable
{
    private const int DeadlineMs = 100;

    private readonly RuntimeDirectory _directory = new();
    private readonly delegate* unmanaged<byte*, NativeStart*, int, int> _report;

    public StartReportTests(PublishedPlugins plugins)
    {
        var library = plugins.PathOf("start_report_for_tests.so");
        var (exitCode, output) = PublishedPlugins.Run(
            "cc",
            "-std=gnu11",
            "-fPIC",
            "-shared",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-DSB_SLURM_VERSION=\"22.05.8\"",
            "-DSB_BUILD=\"0.1.0\"",
            "-o",
            library,
            Path.Combine(plugins.Root, "plugins", "shim", "start_frames.c"),
            Path.Combine(plugins.Root, "plugins", "shim", "start_report.c")
        );
        Assert.True(exitCode == 0, output);
        _report = (delegate* unmanaged<byte*, NativeStart*, int, int>)
            NativeLibrary.GetExport(NativeLibrary.Load(library), "sb_report_start");
    }

    /// <summary><c>enum sb_start_outcome</c>.</summary>
    private enum Outcome
    {
        Taken,
        BadPath,
        Untrusted,
        NoSidecar,
        TooLate,
        BrokenOff,
        NotNow,
        Rejected,
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Its_frames_are_what_the_contract_says()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Receipt = new Receipt() }));

        Assert.Equal(Outcome.Taken, Report());

        Assert.Equal(
            [
                new Request
                {
                    Hello = new Hello
                    {
                        Protocol = 1,
                        Hook = Hook.Spank,
                        SlurmVersion = "22.05.8",
                        Build = "0.1.0",
                    },
                },
                new Request
                {
                    Start = new Start
                    {
                        JobId = 4_000_000_000,
                        Uid = 1000,
                        Node = "n1",
                        Time = 1_700_000_000,
                    },
                },
            ],
            sidecar.Requests
        );
    }

    [Fact]
    public void A_sidecar_that_wants_no_starts_gets_none()
    {
        var welcome = ScriptedSidecar.Welcome.Clone();
        welcome.Enabled = false;
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Greeting(welcome, static _ => []));

        Assert.Equal(Outcome.Taken, Report());
        Assert.Single(sidecar.Requests);
    }

    [Fact]
    public void Nobody_there() => Assert.Equal(Outcome.NoSidecar, Report());

    [Fact]
    public void A_frozen_sidecar_costs_one_deadline()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, static _ => []);
        var clock = Stopwatch.StartNew();

        Assert.Equal(Outcome.TooLate, Report());
        Assert.InRange(clock.ElapsedMilliseconds, DeadlineMs - 10, DeadlineMs + 150);
    }

    [Fact]
    public void A_hang_up()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(static _ => throw new HangUpException()));

        Assert.Equal(Outcome.BrokenOff, Report());
    }

    [Fact]
    public void A_rejection()
    {
        var rejection = new Reply { Rejection = new Rejection { Message = "no" } };
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(rejection));

        Assert.Equal(Outcome.Rejected, Report());
    }

    [Fact]
    public void A_rejection_before_the_hello_is_heard_however_the_hello_fares()
    {
        using var sidecar = ScriptedSidecar.TurningAway(_directory.Socket, new Reply { Rejection = new Rejection { Message = "no" } });

        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal(Outcome.Rejected, Report()));
    }

    [Fact]
    public void An_oversize_reply()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, static _ => [0x7f, 0xff, 0xff, 0xff, 1]);

        Assert.Equal(Outcome.BrokenOff, Report());
    }

    [Fact]
    public void A_reply_whose_inner_length_lies()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, static _ => [0, 0, 0, 3, 0x0a, 0x7f, 0x28]);

        Assert.Equal(Outcome.Rejected, Report());
    }

    [Fact]
    public void A_directory_that_anybody_can_write()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Receipt = new Receipt() }));
        _directory.AddMode(UnixFileMode.OtherWrite);

        Assert.Equal(Outcome.Untrusted, Report());
        Assert.Empty(sidecar.Requests);
    }

    [Fact]
    public void A_path_longer_than_a_sockets_can_be() => Assert.Equal(Outcome.BadPath, Report(new string('x', 200)));

    private Outcome Report(string? socket = null)
    {
        using var text = new CText();
        var start = new NativeStart
        {
            JobId = 4_000_000_000,
            Uid = 1000,
            Time = 1_700_000_000,
            Node = text.Of("n1"),
        };
        return (Outcome)_report(text.Of(socket ?? _directory.Socket), &start, DeadlineMs);
    }

    /// <summary><c>struct sb_start</c>.</summary>
    private struct NativeStart
    {
        public uint JobId;
        public uint Uid;
        public long Time;
        public byte* Node;
    }
}
