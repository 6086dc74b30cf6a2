using System.Diagnostics;
using FsCheck.Xunit;
using SlurmBanking.Hooks;
using SlurmBanking.Hooks.Messages;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The published library against a scripted sidecar on a real socket.</summary>
public sealed class HooksTests : IDisposable
{
    private static readonly Reply Accept = new()
    {
        Verdict = new Verdict { Answer = Verdict.Types.Answer.Accept, Amount = 4800 },
    };

    private readonly RuntimeDirectory _directory = new();
    private readonly RuntimeDirectory _spool = new();
    private readonly NativeHooks _hooks;

    public HooksTests(PublishedPlugins plugins)
    {
        _hooks = new NativeHooks(plugins.PathOf("libslurm_banking.so"));
        Assert.Equal(0u, _hooks.Open(Hook.JobSubmit, _directory.Socket));
        Assert.Equal(0u, _hooks.Open(Hook.Jobcomp, _directory.Socket, _spool.Path));
    }

    public void Dispose()
    {
        _directory.Dispose();
        _spool.Dispose();
    }

    [Fact]
    public void A_shim_of_another_interface_is_turned_away() =>
        Assert.NotEqual(0u, _hooks.Open(Hook.JobSubmit, _directory.Socket, abi: 99));

    [Fact]
    public unsafe void Accepted_with_the_hold_in_the_comment_and_the_rest_of_it_kept()
    {
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));
        var forged = new HoldMark(HoldId.New(), new ServiceUnits(1));

        var answer = _hooks.Submit(Facts.PlainSbatch() with { AdminComment = text.Of($"ours {forged} too") });

        Assert.False(answer.Refused);
        Assert.True(HoldMark.TryFind(answer.AdminComment, out var mark));
        Assert.Equal($"ours too {mark}", answer.AdminComment);
        Assert.Equal(new ServiceUnits(4800), mark.Amount);
        var requests = sidecar.Requests.ToArray();
        Assert.Equal("22.05.8", requests[0].Hello.SlurmVersion);
        Assert.Equal(Hook.JobSubmit, requests[0].Hello.Hook);
        Assert.Equal(mark.Id.ToString(), requests[1].Submission.HoldId);
    }

    [Fact]
    public unsafe void A_change_is_asked_about_with_what_is_to_change_and_the_jobs_mark()
    {
        var mark = new HoldMark(HoldId.New(), new ServiceUnits(1200));
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));
        var wanted = Facts.NothingGiven() with { TimeLimit = 90 };
        foreach (var (comment, hold) in new[] { (null, ""), ("none", ""), ($"seen {mark}", mark.Id.ToString()) })
        {
            var answer = _hooks.Modify(Facts.Modification(text, "12_[1-3]", comment) with { Wanted = wanted });

            Assert.Equal((false, null, null), (answer.Refused, answer.AdminComment, answer.Log));
            Assert.Equal(
                new Modification
                {
                    Job = "12_[1-3]",
                    Actor = 7,
                    Wanted = new Submission { Uid = 5, TimeLimitMinutes = 90 },
                    HoldId = hold,
                },
                sidecar.Requests.Last().Modification
            );
        }
    }

    [Fact]
    public unsafe void A_change_without_a_price_asks_nobody()
    {
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));

        // scontrol hold, release and the like; ArrayTaskThrottle comes as an array of its own.
        foreach (
            var wanted in new[]
            {
                Facts.NothingGiven(),
                Facts.NothingGiven() with
                {
                    ArrayInx = text.Of("%5"),
                    Name = text.Of("new"),
                    TimeMin = 5,
                    Shared = 0,
                },
                Facts.NothingGiven() with
                {
                    AdminComment = text.Of("+=more"),
                },
            }
        )
        {
            var answer = _hooks.Modify(Facts.Modification(text, "12") with { Wanted = wanted });
            Assert.Equal((false, null, null), (answer.Refused, answer.AdminComment, answer.Log));
        }

        Assert.Empty(sidecar.Requests);
    }

    [Theory]
    [InlineData("seen by ops", "seen by ops {0}")]
    [InlineData("", "{0}")]
    [InlineData("slurm-banking:forged:1 x", "x {0}")]
    public unsafe void A_comment_that_is_replaced_keeps_the_jobs_mark_and_asks_nobody(string replacement, string kept)
    {
        var mark = new HoldMark(HoldId.New(), new ServiceUnits(1200));
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));

        var wanted = Facts.NothingGiven() with { AdminComment = text.Of(replacement) };
        var answer = _hooks.Modify(Facts.Modification(text, "12", $"earlier {mark}") with { Wanted = wanted });
        Assert.Equal((false, string.Format(null, kept, mark)), (answer.Refused, answer.AdminComment));
        Assert.Null(_hooks.Modify(Facts.Modification(text, "12") with { Wanted = wanted }).AdminComment);
        Assert.Empty(sidecar.Requests);
    }

    [Theory]
    [InlineData(Fallback.Allow, false)]
    [InlineData(Fallback.Deny, true)]
    public unsafe void A_change_that_nobody_answers_follows_the_outage_policy(Fallback told, bool refused)
    {
        var welcome = ScriptedSidecar.Welcome.Clone();
        welcome.WhenUnavailable = told;
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Greeting(welcome, static _ => []));

        var answer = _hooks.Modify(Facts.Modification(text, "12") with { Wanted = Facts.NothingGiven() with { MinNodes = 4 } });

        Assert.Equal(refused, answer.Refused);
        Assert.Contains("no answer in time", answer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_connection_is_kept()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));

        _hooks.Submit(Facts.PlainSbatch());
        _hooks.Submit(Facts.PlainSbatch());

        Assert.Equal(1, sidecar.Requests.Count(static request => request.BodyCase == Request.BodyOneofCase.Hello));
        Assert.Equal(3, sidecar.Requests.Count);
    }

    [Fact]
    public void Refused_in_the_sidecars_words()
    {
        var refuse = new Reply
        {
            Verdict = new Verdict
            {
                Answer = Verdict.Types.Answer.Refuse,
                Message = "slurm-banking: no",
                Amount = 7,
            },
        };
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(refuse));

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.True(answer.Refused);
        Assert.Equal("slurm-banking: no", answer.Message);
        Assert.True(HoldMark.TryFind(answer.AdminComment, out _));
    }

    [Fact]
    public void Nobody_there_costs_next_to_nothing_and_is_said_once()
    {
        var first = _hooks.Submit(Facts.PlainSbatch());
        var clock = Stopwatch.StartNew();
        var second = _hooks.Submit(Facts.PlainSbatch());

        Assert.InRange(clock.ElapsedMilliseconds, 0, 50);
        Assert.False(first.Refused || second.Refused);
        Assert.EndsWith(":-", first.AdminComment, StringComparison.Ordinal);
        Assert.Contains("nobody listens", first.Log, StringComparison.Ordinal);
        Assert.Null(second.Log);
    }

    [Fact]
    public void A_sidecar_that_comes_back_is_asked_at_once()
    {
        _hooks.Submit(Facts.PlainSbatch());
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.EndsWith(":48.00", answer.AdminComment, StringComparison.Ordinal);
        Assert.Contains("answers again", answer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restarted_sidecar_is_noticed_before_anything_is_sent()
    {
        using (var before = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept)))
        {
            _hooks.Submit(Facts.PlainSbatch());
        }

        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));
        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.EndsWith(":48.00", answer.AdminComment, StringComparison.Ordinal);
        Assert.Null(answer.Log);
    }

    [Fact]
    public void A_frozen_sidecar_costs_one_deadline_and_then_nothing()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(static _ => []));

        var clock = Stopwatch.StartNew();
        var first = _hooks.Submit(Facts.PlainSbatch());
        var waited = clock.ElapsedMilliseconds;
        clock.Restart();
        _hooks.Submit(Facts.PlainSbatch());

        Assert.InRange(waited, 250, 600);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 50);
        Assert.Contains("no answer in time", first.Log, StringComparison.Ordinal);
        Assert.Equal(2, sidecar.Requests.Count);
    }

    [Fact]
    public void A_sidecar_that_never_greets_costs_the_same()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, static _ => []);

        var clock = Stopwatch.StartNew();
        _hooks.Submit(Facts.PlainSbatch());

        Assert.InRange(clock.ElapsedMilliseconds, 250, 600);
    }

    [Fact]
    public void Deadlines_come_with_the_welcome()
    {
        var welcome = ScriptedSidecar.Welcome.Clone();
        welcome.SubmissionDeadlineMs = 40;
        var answers = 0;
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Greeting(welcome, _ => ++answers == 1 ? ScriptedSidecar.FrameOf(Accept) : [])
        );
        _hooks.Submit(Facts.PlainSbatch());

        var clock = Stopwatch.StartNew();
        _hooks.Submit(Facts.PlainSbatch());

        Assert.InRange(clock.ElapsedMilliseconds, 30, 200);
    }

    public static TheoryData<string, byte[]> Nonsense() =>
        new()
        {
            { "no protobuf", [0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff] },
            { "an empty reply", [0, 0, 0, 0] },
            { "longer than any frame", [0x7f, 0xff, 0xff, 0xff, 1, 2, 3] },
            { "a negative length", [0xff, 0xff, 0xff, 0xff] },
            { "a receipt instead of a verdict", ScriptedSidecar.FrameOf(new Reply { Receipt = new Receipt() }) },
            { "a verdict without an answer", ScriptedSidecar.FrameOf(new Reply { Verdict = new Verdict() }) },
        };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_lets_the_job_go_on(string what, byte[] frame)
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(_ => frame));

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.False(answer.Refused, what);
        Assert.EndsWith(":-", answer.AdminComment, StringComparison.Ordinal);
        Assert.Contains("makes no sense", answer.Log, StringComparison.Ordinal);
    }

    /// <summary>Whatever comes back, nothing is thrown, and the hold's mark is written.</summary>
    [Property(MaxTest = 200)]
    public bool Any_bytes_leave_the_job_with_its_mark(byte[] bytes, bool framed)
    {
        byte[] frame = framed ? [0, 0, 0, (byte)bytes.Length, .. bytes] : bytes;
        using var directory = new RuntimeDirectory();
        using var sidecar = new ScriptedSidecar(
            directory.Socket,
            ScriptedSidecar.Answering(_ =>
            {
                // Too few bytes would be waited for: the end of the connection says that no more will come.
                return frame.Length < Frame.HeaderBytes + 200 ? throw new HangUpException(frame) : frame;
            })
        );
        _hooks.Open(Hook.JobSubmit, directory.Socket);

        var answer = _hooks.Submit(Facts.PlainSbatch());

        return HoldMark.TryFind(answer.AdminComment, out _);
    }

    /// <summary>Slurm serialises the calls of today; nothing may depend on it.</summary>
    [Fact]
    public void Callers_at_once_each_get_their_own_answer()
    {
        using var sidecar = new ScriptedSidecar(
            _directory.Socket,
            ScriptedSidecar.Answering(static request =>
                ScriptedSidecar.FrameOf(
                    new Reply
                    {
                        Verdict = new Verdict
                        {
                            Answer = Verdict.Types.Answer.Accept,
                            Amount = Convert.ToInt32(request.Submission.HoldId[..6], 16),
                        },
                    }
                )
            )
        );

        Parallel.For(
            0,
            400,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            _ =>
            {
                Assert.True(HoldMark.TryFind(_hooks.Submit(Facts.PlainSbatch()).AdminComment, out var mark));
                Assert.Equal(new ServiceUnits(Convert.ToInt32(mark.Id.ToString()[..6], 16)), mark.Amount);
            }
        );
    }

    [Fact]
    public void Closed_in_the_middle_of_a_reply_is_not_asked_twice()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(static _ => throw new HangUpException()));

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.Contains("broke off", answer.Log, StringComparison.Ordinal);
        Assert.Equal(2, sidecar.Requests.Count);
    }

    [Fact]
    public void A_directory_that_anybody_can_write_is_not_asked()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));
        _directory.AddMode(UnixFileMode.OtherWrite);

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.Contains("who may not", answer.Log, StringComparison.Ordinal);
        Assert.Empty(sidecar.Requests);
    }

    [Fact]
    public void Denied_when_the_last_welcome_said_so()
    {
        var welcome = ScriptedSidecar.Welcome.Clone();
        welcome.WhenUnavailable = Fallback.Deny;
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Greeting(welcome, _ => ScriptedSidecar.FrameOf(Accept))))
        {
            _hooks.Submit(Facts.PlainSbatch());
        }

        var answer = _hooks.Submit(Facts.PlainSbatch());

        Assert.True(answer.Refused);
        Assert.Equal(Terminal.Fold(Refusals.SidecarUnavailable), answer.Message);
    }

    [Fact]
    public void Denied_on_a_cold_start_when_the_fallback_file_says_so()
    {
        _directory.Write(FallbackFile.Name, "deny\n");

        Assert.True(_hooks.Submit(Facts.PlainSbatch()).Refused);
    }

    [Fact]
    public unsafe void What_is_too_long_to_ask_about_is_refused()
    {
        using var text = new CText();
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(Accept));

        var answer = _hooks.Submit(Facts.PlainSbatch() with { Partition = text.Of(new string('p', Inquiry.MaxBytes)) });

        Assert.Equal(Terminal.Fold(Refusals.TooLarge), answer.Message);
        Assert.Empty(sidecar.Requests);
    }

    [Fact]
    public void An_end_is_handed_over()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Receipt = new Receipt() }));

        var answer = _hooks.End(Facts.CancelledWhilePending());

        Assert.Null(answer.Log);
        Assert.Equal(7u, sidecar.Requests.Last().End.JobId);
    }

    [Fact]
    public void An_end_that_nobody_takes_is_kept_as_the_frame_that_would_have_been_sent()
    {
        var first = _hooks.End(Facts.CancelledWhilePending());
        var second = _hooks.End(Facts.CancelledWhilePending());

        Assert.Contains($"kept in {_spool.Path}", first.Log, StringComparison.Ordinal);
        Assert.Null(second.Log);
        var files = Directory.GetFiles(_spool.Path);
        Assert.Equal(2, files.Length);
        Assert.All(files, static file => Assert.EndsWith(Spool.Suffix, file, StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(files[0]);
        Assert.Equal(bytes.Length - Frame.HeaderBytes, Frame.ReadHeader(bytes));
        Assert.Equal(7u, Request.Parser.ParseFrom(bytes.AsSpan(Frame.HeaderBytes)).End.JobId);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(files[0]));
    }

    [Fact]
    public void An_end_that_can_be_kept_nowhere_waits_for_the_sweep()
    {
        _spool.AddMode(UnixFileMode.OtherExecute);
        var notNow = new Reply { Rejection = new Rejection { Reason = Rejection.Types.Reason.NotNow } };
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(notNow));

        Assert.Contains("sweep", _hooks.End(Facts.CancelledWhilePending()).Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_is_told_beside_the_ends()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Receipt = new Receipt() }));

        _hooks.End(Facts.CancelledWhilePending());
        var answer = _hooks.Start(8, 1000, 1_700_000_060);

        Assert.Null(answer.Log);
        Assert.Equal(3, sidecar.Requests.Count);
        Assert.Equal(
            new Start
            {
                JobId = 8,
                Uid = 1000,
                Time = 1_700_000_060,
            },
            sidecar.Requests.Last().Start
        );
    }

    /// <summary>The sidecar lists the queue when it comes back: a start that it has not heard of is in there.</summary>
    [Fact]
    public void A_start_that_nobody_takes_is_neither_kept_nor_logged()
    {
        Assert.Null(_hooks.Start(8, 1000, 1_700_000_060).Log);

        Assert.Empty(Directory.GetFiles(_spool.Path));
    }
}
