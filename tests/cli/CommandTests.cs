using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Tests;

/// <summary>What is asked, what is shown, and how it ends.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private static readonly QuoteReply Refused = new()
    {
        Accepted = false,
        Message =
            "account physics can't afford this job: it may cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h); 12.50 available, 30.00 held by 3 jobs",
        Account = "physics",
        Partition = "normal",
        Amount = 4800,
        Unit = 4800,
        Tasks = 1,
        How = "16 CPUs x 4:00:00 x 0.75 SU/CPU-h",
        Mode = "enforce",
        Balance = new AccountBalance
        {
            Account = "physics",
            Available = 1250,
            Held = 3000,
            Jobs = 3,
            Read = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)),
        },
    };

    private readonly ScriptedSidecar _sidecar = new();

    public async ValueTask InitializeAsync() => await _sidecar.StartAsync();

    public ValueTask DisposeAsync() => _sidecar.DisposeAsync();

    [Fact]
    public async Task A_quote_that_would_be_refused_says_why_in_numbers_and_ends_with_1()
    {
        _sidecar.Answers.Enqueue(Refused);
        var (code, output, _) = await RunAsync("quote", "-A", "physics", "-n16", "--time=4:00:00", "--partition", "normal");
        Assert.Equal(ExitCode.No, code);
        Assert.Contains("48.00 SU", output, StringComparison.Ordinal);
        Assert.Contains("12.50 SU", output, StringComparison.Ordinal);
        Assert.Contains($"would be refused: {Refused.Message}", output, StringComparison.Ordinal);
        var job = Assert.IsType<QuoteRequest>(Assert.Single(_sidecar.Asked)).Job;
        Assert.Equal(("physics", 16u, 240u, "normal"), (job.Account, job.NumTasks, job.TimeLimitMinutes, job.Partition));
    }

    [Fact]
    public async Task Json_has_the_same_as_numbers()
    {
        _sidecar.Answers.Enqueue(Refused);
        var (code, output, _) = await RunAsync("quote", "--json", "-A", "physics");
        Assert.Equal(ExitCode.No, code);
        using var document = JsonDocument.Parse(output);
        var quote = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal((48m, false), (quote.GetProperty("amount").GetDecimal(), quote.GetProperty("accepted").GetBoolean()));
        Assert.Equal(12.5m, quote.GetProperty("balance").GetProperty("available").GetDecimal());
    }

    [Fact]
    public async Task Where_a_cluster_only_observes_nobody_would_be_refused()
    {
        _sidecar.Answers.Enqueue(new QuoteReply(Refused) { Mode = "observe" });
        var (code, output, _) = await RunAsync("quote", "-A", "physics");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("only observes", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_nobody_knows_ends_with_1()
    {
        _sidecar.Answers.Enqueue(new ListJobsReply());
        var (code, output, _) = await RunAsync("why", "4711");
        Assert.Equal(ExitCode.No, code);
        Assert.Contains("job 4711 is not known here", output, StringComparison.Ordinal);
        Assert.Equal([4711u], Assert.IsType<ListJobsRequest>(Assert.Single(_sidecar.Asked)).Jobs);
    }

    [Fact]
    public async Task What_became_of_a_job_is_told_with_what_came_back()
    {
        _sidecar.Answers.Enqueue(
            new ListJobsReply
            {
                Jobs =
                {
                    new BankedJob
                    {
                        JobId = 7,
                        ArrayJobId = 5,
                        ArrayTaskId = 2,
                        State = BankedJob.Types.State.Settled,
                        Uid = 0,
                        Account = "physics",
                        Estimate = 600,
                        Actual = 300,
                        How = "4 CPUs x 2:00:00 x 0.75 SU/CPU-h",
                        HowActual = "4 CPUs x 1:00:00 x 0.75 SU/CPU-h",
                    },
                },
            }
        );
        var (code, output, _) = await RunAsync("why", "5_2");
        Assert.Equal(ExitCode.Done, code);
        foreach (
            var part in new[]
            {
                "5_2",
                "6.00 SU = 4 CPUs x 2:00:00 x 0.75 SU/CPU-h",
                "3.00 SU = 4 CPUs x 1:00:00 x 0.75 SU/CPU-h",
                "3.00 SU\n",
                "the bank has what it cost",
            }
        )
        {
            Assert.Contains(part, output.Replace(" \n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Balances_that_are_not_limited_not_known_or_not_ones_own_say_so()
    {
        _sidecar.Answers.Enqueue(
            new BalanceReply
            {
                Balances =
                {
                    Refused.Balance,
                    new AccountBalance { Account = "free", Read = Refused.Balance.Read },
                    new AccountBalance { Account = "unknown" },
                    new AccountBalance
                    {
                        Account = "other",
                        Refusal = "User is not a member.",
                        Read = Refused.Balance.Read,
                    },
                },
            }
        );
        var (_, output, _) = await RunAsync("balance");
        var lines = output.Split('\n');
        Assert.Contains(
            "12.50",
            Assert.Single(lines, static line => line.StartsWith("physics", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "unlimited",
            Assert.Single(lines, static line => line.StartsWith("free", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "can't be asked",
            Assert.Single(lines, static line => line.StartsWith("unknown", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not a member",
            Assert.Single(lines, static line => line.StartsWith("other", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_a_bank_says_steers_no_terminal()
    {
        var balance = new AccountBalance { Account = "a\e[2Jb", Refusal = "no\a\r+more" };
        _sidecar.Answers.Enqueue(new BalanceReply { Balances = { balance } });
        var (_, output, _) = await RunAsync("balance");
        Assert.Contains("a?[2Jb", output, StringComparison.Ordinal);
        Assert.Contains("no??+more", output, StringComparison.Ordinal);
        _sidecar.Answers.Enqueue(new BalanceReply { Balances = { balance } });
        var (_, json, _) = await RunAsync("balance", "--json");
        Assert.DoesNotContain('\e', json);
        Assert.Contains("no\\u0007\\r+more", json, StringComparison.Ordinal);
        _sidecar.Answers.Enqueue(new RpcException(new Status(StatusCode.Unavailable, "\e]0;x")));
        Assert.Equal("sbank: ?]0;x\n", (await RunAsync("status")).Errors);
    }

    [Fact]
    public async Task Records_are_discarded_with_a_reason_alone()
    {
        var (code, _, errors) = await RunAsync("dead-letters", "discard", "7");
        Assert.Equal(ExitCode.Misused, code);
        Assert.Contains("--reason", errors, StringComparison.Ordinal);
        _sidecar.Answers.Enqueue(new DiscardDeadLettersReply { Discarded = 1 });
        var (partly, _, _) = await RunAsync("dead-letters", "discard", "7", "8", "--reason", "paid by hand");
        Assert.Equal(ExitCode.No, partly);
        var asked = Assert.IsType<DiscardDeadLettersRequest>(Assert.Single(_sidecar.Asked));
        Assert.Equal([7ul, 8ul], asked.Seqs);
        Assert.Equal("paid by hand", asked.Reason);
    }

    [Fact]
    public async Task Retry_wants_numbers_or_all()
    {
        Assert.Equal(ExitCode.Misused, (await RunAsync("dead-letters", "retry")).Code);
        Assert.Equal(ExitCode.Misused, (await RunAsync("dead-letters", "retry", "1", "--all")).Code);
        _sidecar.Answers.Enqueue(new RetryDeadLettersReply { Retried = 3 });
        Assert.Equal(ExitCode.Done, (await RunAsync("dead-letters", "retry", "--all")).Code);
    }

    [Fact]
    public async Task A_reconciliation_that_finds_differences_ends_with_1()
    {
        _sidecar.Answers.Enqueue(
            new ReconcileReply
            {
                Difference = new Difference
                {
                    Kind = Difference.Types.Kind.Missing,
                    BankId = "12",
                    Expected = 150,
                },
            }
        );
        _sidecar.Answers.Enqueue(new ReconcileReply { Progress = new SpanProgress { Runs = 9 } });
        _sidecar.Answers.Enqueue(
            new ReconcileReply
            {
                Summary = new ReconcileSummary
                {
                    Runs = 9,
                    Differences = 1,
                    StraysSought = true,
                },
            }
        );
        var (code, output, _) = await RunAsync("reconcile", "--since", "2026-03-01");
        Assert.Equal(ExitCode.No, code);
        Assert.Contains("9 runs compared, 1 differences", output, StringComparison.Ordinal);
        var asked = Assert.IsType<ReconcileRequest>(Assert.Single(_sidecar.Asked));
        Assert.Equal(new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Local).ToUniversalTime(), asked.Since.ToDateTime());
        Assert.Equal(ExitCode.Misused, (await RunAsync("reconcile", "--since", "yesterday")).Code);
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied, ExitCode.NotPermitted)]
    [InlineData(StatusCode.Unimplemented, ExitCode.NotPermitted)]
    [InlineData(StatusCode.Unavailable, ExitCode.Unavailable)]
    [InlineData(StatusCode.InvalidArgument, ExitCode.Misused)]
    public async Task What_the_sidecar_refuses_has_an_exit_code_of_its_own(StatusCode status, int expected)
    {
        _sidecar.Answers.Enqueue(new RpcException(new Status(status, "because")));
        var (code, output, errors) = await RunAsync("outbox");
        Assert.Equal((expected, ""), (code, output));
        Assert.StartsWith("sbank: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sidecar_it_says_where_it_looked()
    {
        using var errors = new StringWriter();
        var code = await SbankCommand.RunAsync(["status", "--socket", "/nowhere/api.sock"], TextWriter.Null, errors);
        Assert.Equal(ExitCode.Unavailable, code);
        Assert.Contains("no sidecar answers on /nowhere/api.sock", errors.ToString(), StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await SbankCommand.RunAsync([.. arguments, "--socket", _sidecar.Socket], output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
