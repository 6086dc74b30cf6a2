using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// job_submit: mints the hold, asks the sidecar, and leaves the hold's mark in the job whatever the outcome, so that an
/// answer that was lost can be found again in the queue.
/// </summary>
internal sealed class SubmissionHook(Inquiry inquiry)
{
    /// <returns>What becomes of the job, and its admin_comment with the mark.</returns>
    public unsafe (Ruling Ruling, string AdminComment) Handle(ref readonly SubmissionFacts facts)
    {
        var hold = HoldId.New();
        var ruling = inquiry.Ask(new Request { Submission = SubmissionMapping.ToMessage(in facts, hold) });
        ServiceUnits? amount = ruling.Verdict is { HasAmount: true } verdict ? new ServiceUnits(verdict.Amount) : null;
        return (ruling, new HoldMark(hold, amount).AppendTo(NativeText.Read(facts.AdminComment)));
    }
}
