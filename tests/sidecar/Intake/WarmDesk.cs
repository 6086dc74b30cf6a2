using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Sidecar.Tests.Bank;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>
/// The sidecar's parts from the plugins' socket to the journal, with an account whose headroom is known, and both ends of a connection.
/// All of it on the caller's thread, who commits too: what a decision takes can be counted.
/// </summary>
internal sealed class WarmDesk : IDisposable
{
    private const string Fits = """{"success":true,"message":"A job with job_cost 999999999.99 can be submitted."}""";
    private const string Exceeds =
        """{"success":false,"message":"Adding job_cost 999999999.99 to account balance 0.00 would exceed account allocation 30.00."}""";

    private readonly TemporaryState _state = new();
    private readonly ScriptedBank _bank = new();
    private readonly SidecarMetrics _metrics = new();
    private readonly StateDatabase _database;
    private readonly Journal _journal;
    private readonly Socket _plugin = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _served;
    private readonly HookSession _session;
    private readonly byte[] _frame = Frame(default);
    private readonly byte[] _reply = new byte[1024];
    private readonly int _idAt;
    private readonly End _end = new()
    {
        Uid = Given.Uid,
        Account = Given.Account,
        Partition = "normal",
        Qos = "normal",
        State = 3,
        SubmitTime = 1772366340,
        StartTime = 1772366400,
        EndTime = 1772370000,
        TotalCpus = 4,
        TotalNodes = 1,
        Nodes = "n0001",
        TresAlloc = "1=4,2=16384,4=1,5=4",
        TimeLimitMinutes = 60,
        AdminComment = "slurm-banking:0123456789abcdef0123456789abcdef:4.00",
    };
    private int _asked;

    private WarmDesk()
    {
        File.WriteAllText(
            _state.Paths.ConfigFile,
            "API.url = \"http://bank.invalid\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.75\nSidecar.decision_deadline = \"2s\"\n"
        );
        var time = TimeProvider.System;
        var settings = new SettingsStore(_state.Paths, _metrics, time, NullLogger<SettingsStore>.Instance);
        _database = new StateDatabase(_state.Paths, time.GetUtcNow(), NullLogger.Instance);
        _journal = new Journal(_database, new Reserve(_state.Paths.ReserveFile), time, NullLogger<Journal>.Instance);
        var view = new ViewStore { Cluster = Given.Cluster };
        view.Swept(new SweepReport(Given.Noon, TimeSpan.Zero, 0), view.Era);
        var reader = _bank.Reader(time);
        Patience patience = Blocking.Wait;
        Teller = new Teller(
            settings,
            view,
            _journal,
            new Shelf(),
            _bank.Health,
            reader,
            _metrics,
            patience,
            time,
            NullLogger<Teller>.Instance
        );
        var desk = new HookDesk(Teller, settings, SlurmUser.Own(), _metrics, patience, NullLogger<HookDesk>.Instance);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_state.Paths.HookSocket));
        listener.Listen(1);
        _plugin.Connect(listener.LocalEndPoint!);
        _served = listener.Accept();
        _session = new HookSession(new HookConnection(_served), desk, _metrics, time);
        Greet();
        _idAt = _frame.AsSpan().IndexOf("00000000000000000000000000000000"u8);
    }

    /// <summary>16 tasks for 4 hours on "normal", at 0.75 SU for each hour: 48.00 SU.</summary>
    public static JobRequest Request { get; } = Given.Request() with { Tasks = 16, TimeLimit = TimeSpan.FromHours(4) };

    public Teller Teller { get; }

    /// <summary>An account that can afford everything.</summary>
    public static WarmDesk Rich() => new WarmDesk().Warmed(static bank => bank.Answers(200, Fits));

    /// <summary>An account with 30.00 SU, which can't afford the request.</summary>
    public static WarmDesk Poor() => new WarmDesk().Warmed(static bank => bank.Answers(200, Exceeds).Answers(200, Fits));

    /// <summary>The request as a plugin sends it.</summary>
    public static byte[] Frame(HoldId id) =>
        Wire.Frame.Of(
            new Request
            {
                Submission = new Submission
                {
                    HoldId = id.ToString(),
                    Uid = Given.Uid,
                    Account = Given.Account,
                    Partition = "normal",
                    NumTasks = 16,
                    MinCpus = 1,
                    TimeLimitMinutes = 240,
                    JobName = "job.sh",
                },
            }
        );

    /// <summary>Asks for one more, over the socket.</summary>
    /// <returns>Bytes of the reply.</returns>
    public int Ask()
    {
        NextId();
        _plugin.Send(_frame);
        _session.AnswerNext();
        return _plugin.Receive(_reply);
    }

    /// <summary>Tells the sidecar that a job ended of which it knew nothing, as the plugin's thread does.</summary>
    public Task End(uint job)
    {
        _end.JobId = job;
        return Teller.EndAsync(HookFacts.Run(_end));
    }

    /// <summary>Of the last reply.</summary>
    public Verdict Verdict(int bytes) => Reply.Parser.ParseFrom(_reply, Wire.Frame.HeaderBytes, bytes - Wire.Frame.HeaderBytes).Verdict;

    /// <summary>Lets go of all that is held, and commits.</summary>
    public void Clear()
    {
        _ = Teller.ChangeAsync(static life => life.NotListed(life.Book.Holds.ToList(), needed: 1));
        Commit();
    }

    public void Commit()
    {
        while (_journal.HasWork)
        {
            _journal.Commit(flush: false);
        }
    }

    public void Dispose()
    {
        _plugin.Dispose();
        _served.Dispose();
        _database.Dispose();
        _metrics.Dispose();
        _bank.Dispose();
        _state.Dispose();
    }

    private WarmDesk Warmed(Action<ScriptedBank> answers)
    {
        answers(_bank);
        Teller.ReadHeadroomAsync(Given.Account, Given.Uid).GetAwaiter().GetResult();
        return this;
    }

    private void Greet()
    {
        _plugin.Send(
            Wire.Frame.Of(
                new Request
                {
                    Hello = new Hello { Protocol = Wire.Frame.Protocol, Hook = Hook.JobSubmit },
                }
            )
        );
        _session.AnswerNext();
        _plugin.Receive(_reply);
    }

    // 32 hex digits, the last eight of which count; in place, since it is the plugin's side.
    private void NextId()
    {
        _asked++;
        var digits = _frame.AsSpan(_idAt, HoldId.TextLength);
        _asked.TryFormat(digits[^8..], out _, "x8");
    }
}
