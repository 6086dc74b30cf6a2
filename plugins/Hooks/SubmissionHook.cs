using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// job_submit: mints the hold, asks the sidecar, and leaves the hold's mark in the job whatever the outcome, so that an
/// answer that was lost can be found again in the queue.
/// </summary>
internal sealed class SubmissionHook(SidecarLink link, string socketPath, TimeProvider time)
{
    /// <summary>
    /// Bytes of a submission at most. Users choose the length of partition lists and array specifications; what is too long
    /// to be asked about must be refused, or it would go unpriced.
    /// </summary>
    public const int MaxBytes = 256 * 1024;

    private readonly LinkNews _news = new(time);

    public unsafe SubmissionOutcome Handle(ref readonly SubmissionFacts facts)
    {
        var hold = HoldId.New();
        var comment = NativeText.Read(facts.AdminComment);
        var submission = SubmissionMapping.ToMessage(in facts, hold);
        if (submission.CalculateSize() > MaxBytes)
        {
            return new SubmissionOutcome(Refusals.TooLarge, Mark(hold, null, comment), null);
        }

        var failure = link.Ask(new Request { Submission = submission }, link.Terms.SubmissionDeadline, out var reply);
        if (failure == LinkFailure.None && reply!.Verdict is { Answer: not Verdict.Types.Answer.Unspecified } verdict)
        {
            var refusal = verdict.Answer == Verdict.Types.Answer.Refuse ? Refusals.FromSidecar(verdict.Message) : null;
            ServiceUnits? amount = verdict.HasAmount ? new ServiceUnits(verdict.Amount) : null;
            return new SubmissionOutcome(refusal, Mark(hold, amount, comment), _news.Of(LinkFailure.None, ""));
        }

        return Unanswered(failure == LinkFailure.None ? LinkFailure.Malformed : failure, Mark(hold, null, comment));
    }

    private SubmissionOutcome Unanswered(LinkFailure failure, string comment)
    {
        var told = link.Terms.WhenUnavailable;
        var fallback = told == Fallback.Unspecified ? FallbackFile.Read(socketPath) : told;
        var denied = fallback == Fallback.Deny;
        var log = _news.Of(failure, denied ? "submissions are refused meanwhile" : "submissions are let in meanwhile");
        return new SubmissionOutcome(denied ? Refusals.SidecarUnavailable : null, comment, log);
    }

    private static string Mark(HoldId hold, ServiceUnits? amount, string comment) => new HoldMark(hold, amount).AppendTo(comment);
}
