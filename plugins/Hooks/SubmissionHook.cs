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
    /// <returns>What becomes of the job, and the mark for its admin_comment.</returns>
    public (Ruling Ruling, HoldMark Mark) Handle(ref readonly SubmissionFacts facts)
    {
        var hold = HoldId.New();
        Span<byte> frame = stackalloc byte[SubmissionFrame.Longest];
        var ruling = SubmissionFrame.TryWrite(in facts, hold, frame, out var length)
            ? inquiry.Ask(frame[..length])
            : inquiry.Ask(new Request { Submission = SubmissionMapping.ToMessage(in facts, hold) });
        return (ruling, new HoldMark(hold, ruling.Amount));
    }
}
