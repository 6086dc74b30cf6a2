using Google.Protobuf.WellKnownTypes;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>What is known, as spec/banking.proto tells it.</summary>
/// <param name="cluster">By which what waits is explained.</param>
/// <param name="settings">Likewise; null when none are known.</param>
/// <param name="journal">Knows what the bank answered.</param>
internal sealed class QuestionReplies(ClusterSnapshot cluster, BankSettings? settings, Journal journal)
{
    public static QuoteReply Of(Appraisal appraisal)
    {
        var reply = new QuoteReply
        {
            Accepted = appraisal.Decision.Accepted,
            Message = appraisal.Decision.Accepted ? "" : appraisal.Decision.Message,
            Account = appraisal.Account,
            Mode = appraisal.Mode.ToString().ToLowerInvariant(),
            Balance = appraisal.Sheet is { } sheet ? Of(sheet) : null,
        };
        if (appraisal.Quote is { } quote)
        {
            (reply.Partition, reply.Amount, reply.Unit) = (quote.Partition, quote.Total.Hundredths, quote.Unit.Hundredths);
            (reply.Tasks, reply.How) = ((ulong)quote.Tasks, quote.How);
        }

        return reply;
    }

    public static AccountBalance Of(BalanceSheet sheet)
    {
        var (headroom, ofAccount, ofUser) = (sheet.Headroom, sheet.OfAccount, sheet.OfUser);
        var reply = new AccountBalance
        {
            Account = sheet.Account,
            Refusal = headroom?.Refusal ?? "",
            Read = headroom?.Read.ToTimestamp(),
        };
        if (headroom is { Refusal: not null })
        {
            // Who may not spend it is not told what others do.
            return reply;
        }

        (reply.Held, reply.Jobs) = (ofAccount.Amount.Hundredths, (uint)ofAccount.Jobs);
        (reply.UserHeld, reply.UserJobs) = (ofUser.Amount.Hundredths, (uint)ofUser.Jobs);
        reply.Elsewhere = headroom?.AccountElsewhere.Hundredths ?? 0;
        if (headroom?.Account is { } account)
        {
            reply.Available = (account - ofAccount.Amount).Hundredths;
        }

        if (headroom?.User is { } user)
        {
            reply.UserAvailable = (user - ofUser.Amount).Hundredths;
        }

        return reply;
    }

    public static OutboxRecord Of(WaitingRecord record) =>
        new()
        {
            Seq = (ulong)record.Seq,
            Kind = record.Kind == DeliveryKind.Charge ? "charge" : "settle",
            BankId = record.BankId,
            Account = record.Account,
            User = record.Record?.UserId ?? "",
            Amount = record.Record?.Amount?.Hundredths ?? 0,
            Attempts = (uint)record.Attempts,
            Created = record.Created.ToTimestamp(),
            Due = record.Due == DateTimeOffset.UnixEpoch ? null : record.Due.ToTimestamp(),
            Problem = record.Problem,
        };

    /// <param name="view">A hold or a run.</param>
    /// <param name="explained">How its figures came about is wanted, too.</param>
    public BankedJob Of(JobView view, bool explained) =>
        view.Hold is { } hold ? Of(hold, explained ? HowOf(hold, view.Asked) : "") : Of(view.Run!, explained);

    private static BankedJob Of(Hold hold, string how) =>
        new()
        {
            JobId = hold.JobId ?? 0,
            State = BankedJob.Types.State.Held,
            Uid = hold.Uid,
            Account = hold.Account,
            Partition = hold.Partition,
            Tasks = (ulong)hold.Tasks,
            Estimate = hold.Shares.Aggregate(ServiceUnits.Zero, static (sum, share) => sum + share.Amount).Hundredths,
            Submitted = hold.Submitted.ToTimestamp(),
            Hold = hold.Id.ToString(),
            LetIn = hold.LetIn,
            How = how,
        };

    private BankedJob Of(Run run, bool explained)
    {
        var reply = new BankedJob
        {
            JobId = run.Key.JobId,
            Restart = run.Key.Restart,
            State = run.State switch
            {
                RunState.Charging => BankedJob.Types.State.Charging,
                RunState.Charged => BankedJob.Types.State.Charged,
                RunState.Settling => BankedJob.Types.State.Settling,
                _ => BankedJob.Types.State.Settled,
            },
            Uid = run.Uid,
            Account = run.Account,
            Partition = run.Partition,
            Tasks = 1,
            Estimate = run.Estimate.Hundredths,
            More = run.TopUp.Hundredths,
            Submitted = run.Submit?.ToTimestamp(),
            Started = run.Start?.ToTimestamp(),
            Closed = run.Closed?.ToTimestamp(),
            Hold = run.Key.Hold.ToString(),
            LetIn = run.LetIn,
            ChargeRefused = run.ChargeParked,
            BankId = settings?.Sidecar.BankJobId(run.Key.JobId, run.Key.Restart) ?? "",
        };
        if (run.ArrayJobId is { } array)
        {
            reply.ArrayJobId = array;
        }

        if (run.Task is { } task)
        {
            reply.ArrayTaskId = task;
        }

        if (run.Actual is { } actual)
        {
            reply.Actual = actual.Hundredths;
        }

        if (explained)
        {
            (reply.How, reply.HowActual) = (RunReceipt.OfEstimate(run), RunReceipt.OfActual(run));
            reply.Problem = reply.BankId.Length > 0 ? journal.ProblemOf(reply.BankId) : "";
        }

        return reply;
    }

    // What is held was priced when it was decided: when prices have changed since, there is no telling any more.
    private string HowOf(Hold hold, JobRequest? asked) =>
        asked is not null
        && settings is not null
        && Quoter.Quote(asked with { ArrayTasks = Math.Max(hold.Tasks, 1) }, cluster, settings) is Quote.Priced quote
        && quote.Unit == hold.Unit
            ? quote.How
            : "";
}
