using System.Diagnostics;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>The plugins' socket: a real Unix socket, real frames, the real journal behind it.</summary>
public sealed class HookServerTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Fits = """{"success":true,"message":"A job with job_cost 999999999.99 can be submitted."}""";
    private readonly Counter _counter = new();
    private readonly Plugin _plugin;

    public HookServerTests()
    {
        _plugin = new Plugin(_counter.Paths.HookSocket);
        _plugin.Ask(Hello());
    }

    public void Dispose()
    {
        _plugin.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public void A_hello_is_welcomed_with_all_that_a_plugin_needs_to_know()
    {
        var welcome = _plugin.Ask(Hello()).Welcome;
        Assert.Equal(
            new Welcome
            {
                Protocol = 1,
                SubmissionDeadlineMs = 2050,
                FactDeadlineMs = 100,
                WhenUnavailable = Fallback.Allow,
                Enabled = true,
            },
            welcome
        );
        Assert.Equal("allow\n", File.ReadAllText(_counter.Paths.FallbackFile));
    }

    [Fact]
    public void A_submission_is_priced_decided_and_held()
    {
        _counter.Bank.Answers(200, Fits);
        _plugin.Ask(Hello());
        var verdict = _plugin.Ask(Submission()).Verdict;
        Assert.Equal((Verdict.Types.Answer.Accept, 4800L, ""), (verdict.Answer, verdict.Amount, verdict.Message));
        Assert.Equal(new BookTotals(1, Given.Su(48), 1, 0, 0), _counter.Teller.Totals());
    }

    [Fact]
    public void A_refusal_says_what_is_needed_available_and_held_and_changes_nothing()
    {
        _counter
            .Bank.Answers(
                200,
                """{"success":false,"message":"Adding job_cost 999999999.99 to account balance 0.00 would exceed account allocation 60.00."}"""
            )
            .Answers(200, """{"success":true,"message":"A job with job_cost 60.00 can be submitted."}""");
        Assert.Equal(Verdict.Types.Answer.Accept, _plugin.Ask(Submission()).Verdict.Answer);
        var second = Submission();
        second.Submission.HoldId = Id.Replace('0', '1');
        var verdict = _plugin.Ask(second).Verdict;
        Assert.Equal(Verdict.Types.Answer.Refuse, verdict.Answer);
        Assert.Equal(
            "slurm-banking: account fc_abc can't afford this job: it may cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h); "
                + "12.00 available, 48.00 held by 1 job",
            verdict.Message
        );
        Assert.Equal(new BookTotals(1, Given.Su(48), 1, 0, 0), _counter.Teller.Totals());
    }

    [Theory]
    [InlineData("", "Fits", true, "")]
    [InlineData("Enable.enable_job_submit_plugin = false", "Disabled", true, "")]
    [InlineData("PartitionPrice.p = 1\n[Policy]\nunpriced_partition = \"refuse\"", "Unpriceable", false, "free")]
    public void What_the_teller_decides_before_the_bank_is_asked(string more, string reason, bool accepted, string partition)
    {
        using var counter = new Counter(more);
        counter.Bank.Answers(200, Fits);
        var request = Given.Request() with { Partitions = partition.Length == 0 ? [] : [partition], TimeLimit = TimeSpan.FromHours(1) };
        var decision = counter.Teller.Submit(Given.Id(1), request).Decision;
        Assert.Equal((accepted, reason), (decision.Accepted, decision.Reason.ToString()));
    }

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    [InlineData("cached", false)]
    public void While_the_view_is_empty_the_outage_policy_applies(string policy, bool accepted)
    {
        using var counter = new Counter($"Policy.when_bank_unavailable = \"{policy}\"", ready: false);
        var decision = counter.Teller.Submit(Given.Id(1), Given.Request()).Decision;
        Assert.Equal((accepted, DecisionReason.ViewUnavailable), (decision.Accepted, decision.Reason));
        Assert.Equal(accepted ? "" : "the cluster's partitions are not known yet; try again in a moment", decision.Message);
    }

    [Fact]
    public void Without_any_account_a_submission_is_refused_and_with_a_default_one_it_is_not()
    {
        var request = Given.Request() with { Account = "", TimeLimit = TimeSpan.FromHours(1) };
        var decision = _counter.Teller.Submit(Given.Id(1), request).Decision;
        Assert.Equal(
            (DecisionReason.NoAccount, "no account is given, and this cluster has no default account: use --account"),
            (decision.Reason, decision.Message)
        );
        using var counter = new Counter("Policy.default_account = \"fc_default\"");
        counter.Bank.Answers(200, Fits);
        Assert.True(counter.Teller.Submit(Given.Id(1), request).Decision.Accepted);
        Assert.Contains("/1000/fc_default/", counter.Bank.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Observing_refuses_nothing_and_holds_all()
    {
        using var counter = new Counter("[Policy]\nmode = \"observe\"");
        counter.Bank.Answers(200, """{"success":false,"message":"No."}""").Answers(200, """{"success":false,"message":"No."}""");
        var request = Given.Request() with { TimeLimit = TimeSpan.FromHours(1) };
        var decision = counter.Teller.Submit(Given.Id(1), request).Decision;
        Assert.Equal((true, DecisionReason.BankRefused), (decision.Accepted, decision.Reason));
        Assert.Equal(1, counter.Teller.Totals().Holds);
    }

    [Fact]
    public void An_end_has_its_receipt_when_it_is_durable()
    {
        // A busy machine may need longer than a plugin waits; it keeps the fact then and says it again.
        Reply reply;
        do
        {
            reply = _plugin.Ask(Ended());
        } while (reply.Rejection is { Reason: Rejection.Types.Reason.NotNow });

        Assert.NotNull(reply.Receipt);
        var sent = Assert.Single(_counter.Journal.ReadDue(10)).Delivery;
        Assert.Equal((DeliveryKind.Settle, Given.Su(3)), (sent.Kind, sent.Job.Amount));
    }

    [Fact]
    public void An_end_that_is_said_again_has_no_receipt_before_the_first_is_durable()
    {
        using var disk = new ManualResetEventSlim();
        _ = _counter.Journal.Write(_ => disk.Wait());
        Assert.Equal(Rejection.Types.Reason.NotNow, _plugin.Ask(Ended()).Rejection.Reason);
        Assert.Equal(Rejection.Types.Reason.NotNow, _plugin.Ask(Ended()).Rejection.Reason);
        disk.Set();
        An_end_has_its_receipt_when_it_is_durable();
    }

    [Fact]
    public void A_start_is_a_hint_that_makes_the_sidecar_look()
    {
        var wanted = new List<TimeSpan>();
        _counter.Teller.SweepWanted += (user, delay) =>
        {
            Assert.Equal(1000u, user);
            wanted.Add(delay);
        };
        Assert.NotNull(
            _plugin
                .Ask(
                    new Request
                    {
                        Start = new Start
                        {
                            JobId = 7,
                            Uid = 1000,
                            Node = "n1",
                        },
                    }
                )
                .Receipt
        );
        Assert.Equal(TimeSpan.FromMilliseconds(200), Assert.Single(wanted));
        Assert.Empty(_counter.Journal.ReadDue(10));
    }

    /// <summary>SPANK's report names its node, jobcomp's none; either is a hint, and both together are no more than that.</summary>
    [Theory]
    [InlineData("", 2)]
    [InlineData("Enable.enable_spank_plugin = false", 1)]
    [InlineData("Enable.enable_job_complete_plugin = false", 1)]
    [InlineData("Enable.enable_spank_plugin = false\nEnable.enable_job_complete_plugin = false", 0)]
    public void A_start_is_taken_from_the_node_and_from_slurmctld_unless_that_plugin_is_off(string enable, int expected)
    {
        using var counter = new Counter(enable);
        using var plugin = new Plugin(counter.Paths.HookSocket);
        plugin.Ask(Hello());
        var wanted = 0;
        counter.Teller.SweepWanted += (_, _) => wanted++;
        foreach (var node in new[] { "", "n1" })
        {
            var start = new Start
            {
                JobId = 7,
                Uid = 1000,
                Node = node,
            };
            Assert.NotNull(plugin.Ask(new Request { Start = start }).Receipt);
        }

        Assert.Equal(expected, wanted);
        Assert.Empty(counter.Journal.ReadDue(10));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 3, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0, 0x10, 0, 1 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 0, 0 })]
    public void What_is_no_frame_closes_that_connection_alone(byte[] bytes)
    {
        using var bad = new Plugin(_counter.Paths.HookSocket);
        bad.Send(bytes);
        bad.End();
        Assert.Null(bad.Receive());
        Assert.NotNull(_plugin.Ask(Hello()).Welcome);
    }

    [Fact]
    public void The_largest_frame_is_taken()
    {
        var hello = Hello();
        hello.Hello.Build = new string('x', Frame.MaxBodyBytes - hello.CalculateSize() - 10);
        Assert.InRange(hello.CalculateSize(), Frame.MaxBodyBytes - 10, Frame.MaxBodyBytes);
        Assert.NotNull(_plugin.Ask(hello).Welcome);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xfa, 0x07, 0 })]
    public void A_request_of_an_unknown_kind_is_rejected_and_the_connection_goes_on(byte[] body)
    {
        _plugin.Send(Plugin.Framed(body));
        Assert.Equal(Rejection.Types.Reason.NotUnderstood, _plugin.Receive()!.Rejection.Reason);
        Assert.NotNull(_plugin.Ask(Hello()).Welcome);
    }

    [Fact]
    public void Before_the_hello_nothing_is_taken_and_the_connection_goes_on()
    {
        using var rude = new Plugin(_counter.Paths.HookSocket);
        foreach (
            var request in new[]
            {
                Submission(),
                Ended(),
                new Request { Start = new Start { JobId = 7 } },
            }
        )
        {
            var rejection = rude.Ask(request).Rejection;
            Assert.Equal((Rejection.Types.Reason.NotUnderstood, "say hello first"), (rejection.Reason, rejection.Message));
        }

        Assert.Equal(0, _counter.Teller.Totals().Holds);
        Assert.Empty(_counter.Journal.ReadDue(10));
        Assert.NotNull(rude.Ask(Hello()).Welcome);
        Assert.NotNull(rude.Ask(Submission()).Verdict);
    }

    [Fact]
    public void A_frame_that_has_begun_and_does_not_end_gives_its_thread_back()
    {
        using var slow = new Plugin(_counter.Paths.HookSocket);
        slow.Send([0, 0, 0]);
        Assert.Null(slow.Receive());
        Assert.NotNull(_plugin.Ask(Hello()).Welcome);
    }

    [Fact]
    public void However_many_say_nothing_the_next_is_served_and_slurmctld_keeps_its_connection()
    {
        var silent = Enumerable.Range(0, 1100).Select(_ => new Plugin(_counter.Paths.HookSocket)).ToList();
        using var next = new Plugin(_counter.Paths.HookSocket);
        Assert.NotNull(next.Ask(Hello()).Welcome);
        Assert.NotNull(_plugin.Ask(Submission()).Verdict);
        Assert.Null(silent[0].Receive());
        silent.ForEach(static plugin => plugin.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("xyz")]
    public void A_submission_without_a_hold_id_is_rejected(string id)
    {
        var submission = Submission();
        submission.Submission.HoldId = id;
        Assert.Equal(Rejection.Types.Reason.NotUnderstood, _plugin.Ask(submission).Rejection.Reason);
    }

    [Fact]
    public void A_plugin_of_an_older_protocol_is_told_so()
    {
        var rejection = _plugin.Ask(new Request { Hello = new Hello { Protocol = 0 } }).Rejection;
        Assert.Equal((Rejection.Types.Reason.NotUnderstood, "protocol 0; this sidecar speaks 1"), (rejection.Reason, rejection.Message));
    }

    [Fact]
    public void A_changed_fallback_sends_the_plugins_away_to_learn_it_anew()
    {
        _plugin.Ask(Hello());
        _counter.Configure("API.url = \"http://b\"\nAPI.token = \"t\"\nPolicy.when_sidecar_unavailable = \"deny\"\n");
        Assert.Null(_plugin.Receive());
        Assert.Equal("deny\n", File.ReadAllText(_counter.Paths.FallbackFile));
        using var again = new Plugin(_counter.Paths.HookSocket);
        Assert.Equal(Fallback.Deny, again.Ask(Hello()).Welcome.WhenUnavailable);
    }

    [Fact]
    public async Task Another_user_is_turned_away_by_uid()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can start a process of another user");
        const string connect =
            "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.settimeout(10)\nb=b''\n"
            + "while True:\n  d=s.recv(4096)\n  if not d: break\n  b+=d\nsys.stdout.buffer.write(b)";
        for (var parent = Directory.GetParent(_counter.Paths.HookSocket); parent?.Parent is { Parent: not null }; parent = parent.Parent)
        {
            File.SetUnixFileMode(parent.FullName, (UnixFileMode)0b111_101_101);
        }

        var start = new ProcessStartInfo(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", connect, _counter.Paths.HookSocket]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        using var bytes = new MemoryStream();
        await child.StandardOutput.BaseStream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        var rejection = Reply.Parser.ParseFrom(bytes.ToArray()[Frame.HeaderBytes..]).Rejection;
        Assert.Equal(
            (Rejection.Types.Reason.NotAuthorized, "only root and SlurmUser may report jobs"),
            (rejection.Reason, rejection.Message)
        );
    }

    private static Request Hello() =>
        new()
        {
            Hello = new Hello
            {
                Protocol = 1,
                Hook = Hook.JobSubmit,
                SlurmVersion = "22.05.8",
                Build = "test",
            },
        };

    private static Request Ended() =>
        new()
        {
            End = new End
            {
                JobId = 7,
                Uid = 1000,
                Account = "fc_abc",
                Partition = "normal",
                State = 3,
                StartTime = 1_772_366_400,
                EndTime = 1_772_370_000,
                TotalCpus = 4,
                TotalNodes = 1,
                AdminComment = $"slurm-banking:{Id}:48.00",
            },
        };

    private static Request Submission() =>
        new()
        {
            Submission = new Submission
            {
                HoldId = Id,
                Uid = Given.Uid,
                Account = Given.Account,
                NumTasks = 16,
                TimeLimitMinutes = 240,
            },
        };
}
