using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Answers the requests of Slurm's plugins.</summary>
internal sealed class HookDesk(
    Teller teller,
    SettingsStore settings,
    SlurmUser slurmUser,
    SidecarMetrics metrics,
    Patience patience,
    ILogger<HookDesk> logger
) : IHookDesk
{
    /// <summary>How long jobcomp waits under slurmctld's job write lock for a receipt.</summary>
    private const uint FactDeadlineMs = 100;

    /// <summary>What a verdict may take beyond the wait for the bank.</summary>
    private const uint VerdictMarginMs = 50;

    private const string Prefix = "slurm-banking: ";

    // A receipt is sent while the plugin still waits for it.
    private static readonly TimeSpan DurableWithin = TimeSpan.FromMilliseconds(FactDeadlineMs - 20);

    public event Action? TermsChanged
    {
        add => settings.Changed += value;
        remove => settings.Changed -= value;
    }

    public string Serves => $"cluster {settings.Current.Settings?.Sidecar.Cluster ?? "?"}";

    public string? RefusalOf(uint uid) => uid == 0 || uid == slurmUser.Uid ? null : Answers.OnlySlurm;

    /// <summary>One reply per request; a fault becomes a rejection, so that the plugin never waits for its deadline.</summary>
    public Reply Answer(Request request)
    {
        try
        {
            return request.BodyCase switch
            {
                Request.BodyOneofCase.Hello => Greet(request.Hello),
                Request.BodyOneofCase.Submission => Decide(request.Submission),
                Request.BodyOneofCase.Modification => Decide(request.Modification),
                Request.BodyOneofCase.Start => Take(request.Start),
                Request.BodyOneofCase.End => Take(request.End),
                _ => Reject(Rejection.Types.Reason.NotUnderstood, Answers.UnknownKind),
            };
        }
        catch (Exception e)
        {
            return Failed(e);
        }
    }

    public Reply Answer(HoldId hold, JobRequest job, Reply spare)
    {
        try
        {
            return Decide(hold, job, spare);
        }
        catch (Exception e)
        {
            return Failed(e);
        }
    }

    public static Reply Reject(Rejection.Types.Reason reason, string message) =>
        new()
        {
            Rejection = new Rejection { Reason = reason, Message = message },
        };

    public Welcome Terms(Hook hook)
    {
        var current = settings.Current.Settings;
        var deadline = current?.Sidecar.DecisionDeadline ?? new SidecarSettings().DecisionDeadline;
        return new Welcome
        {
            Protocol = Frame.Protocol,
            SubmissionDeadlineMs = (uint)deadline.TotalMilliseconds + VerdictMarginMs,
            FactDeadlineMs = FactDeadlineMs,
            WhenUnavailable = current?.Policy.WhenSidecarUnavailable == OutagePolicy.Deny ? Fallback.Deny : Fallback.Allow,
            Enabled = hook switch
            {
                Hook.JobSubmit => current?.Enable.JobSubmit ?? true,
                Hook.Jobcomp => current?.Enable.JobComplete ?? true,
                _ => current?.Enable.Spank ?? true,
            },
        };
    }

    private Reply Greet(Hello hello)
    {
        if (hello.Protocol < Frame.Protocol)
        {
            return Reject(Rejection.Types.Reason.NotUnderstood, Answers.OtherProtocol(hello.Protocol, Frame.Protocol));
        }

        if (hello.Hook != Hook.Spank)
        {
            Log.HookConnected(logger, hello.Hook.ToString(), hello.SlurmVersion, hello.Build);
        }

        return new Reply { Welcome = Terms(hello.Hook) };
    }

    private Reply Failed(Exception e)
    {
        Log.RequestFailed(logger, e);
        return Reject(Rejection.Types.Reason.NotNow, Answers.Failed);
    }

    private Reply Decide(Submission submission) =>
        HoldId.TryParse(submission.HoldId, out var id)
            ? Decide(id, HookFacts.Request(submission), new Reply())
            : Reject(Rejection.Types.Reason.NotUnderstood, Answers.WithoutHold);

    private Reply Decide(HoldId id, JobRequest job, Reply into)
    {
        var (decision, amount) = teller.Submit(id, job);
        into.Verdict ??= new Verdict();
        Tell(decision, into.Verdict);
        if (amount is { } held)
        {
            into.Verdict.Amount = held.Hundredths;
        }
        else
        {
            into.Verdict.ClearAmount();
        }

        return into;
    }

    private Reply Decide(Modification modification)
    {
        var (wanted, actor) = (modification.Wanted ?? new Submission(), modification.Actor);
        HoldId? mark = HoldId.TryParse(modification.HoldId, out var id) ? id : null;
        var may = actor == wanted.Uid || RefusalOf(actor) is null;
        var verdict = new Verdict();
        Tell(teller.Modify(HoldId.New(), modification.Job, mark, may, HookFacts.Request(wanted)), verdict);
        return new Reply { Verdict = verdict };
    }

    private static void Tell(Decision decision, Verdict verdict) =>
        (verdict.Answer, verdict.Message) = decision.Accepted
            ? (Verdict.Types.Answer.Accept, "")
            : (Verdict.Types.Answer.Refuse, Prefix + decision.Message);

    private Reply Take(Start start)
    {
        metrics.Fact("start");

        // A node reports by SPANK; whoever names none is slurmctld's jobcomp.
        var (enable, byNode) = (settings.Current.Settings?.Enable, start.Node.Length > 0);
        if ((byNode ? enable?.Spank : enable?.JobComplete) != false)
        {
            teller.StartHint(start.Uid);
        }

        if (byNode)
        {
            Log.StartReported(logger, start.JobId, start.Node);
        }
        else
        {
            Log.StartRecorded(logger, start.JobId);
        }

        return new Reply { Receipt = new Receipt() };
    }

    private Reply Take(End end)
    {
        metrics.Fact("end");
        if (settings.Current.Settings?.Enable.JobComplete == false)
        {
            return new Reply { Receipt = new Receipt() };
        }

        try
        {
            return patience(teller.EndAsync(HookFacts.Run(end)), DurableWithin)
                ? new Reply { Receipt = new Receipt() }
                : Reject(Rejection.Types.Reason.NotNow, Answers.StateBusy);
        }
        catch (IOException e)
        {
            return Reject(Rejection.Types.Reason.NotNow, e.Message);
        }
    }
}
