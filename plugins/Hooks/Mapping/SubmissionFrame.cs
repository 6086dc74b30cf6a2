using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>
/// A submission as the frame that goes to the sidecar, written straight from Slurm's strings: for nothing else Slurm waits as often, and
/// each of its threads is new to the runtime, for which a first object is the dearest. It is the same, byte for byte, as the frame of
/// <see cref="SubmissionMapping"/>'s message, which what is in any way unusual is left to.
/// </summary>
internal static unsafe class SubmissionFrame
{
    /// <summary>Bytes of a frame at most.</summary>
    public const int Longest = 1024;

    // Of Request: what says that a submission follows, and how long it is.
    private const int TagBytes = 1;
    private const int MostLengthBytes = 2;

    /// <param name="facts">What Slurm says.</param>
    /// <param name="hold">The submission's.</param>
    /// <param name="frame">Room, of <see cref="Longest"/> bytes.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <returns>False when a text is no UTF-8, the job's name is long, or all is too long.</returns>
    public static bool TryWrite(ref readonly SubmissionFacts facts, HoldId hold, Span<byte> frame, out int length)
    {
        var front = Frame.HeaderBytes + TagBytes + MostLengthBytes;
        var fields = new FieldWriter(frame[front..Longest]);
        Write(ref fields, in facts, hold);
        length = 0;
        if (!fields.IsWhole)
        {
            return false;
        }

        var submission = frame.Slice(front, fields.Length);
        var head = new FieldWriter(frame[Frame.HeaderBytes..front]);
        head.Head(Request.SubmissionFieldNumber, submission.Length);
        submission.CopyTo(frame[(Frame.HeaderBytes + head.Length)..]);
        Frame.WriteHeader(frame, head.Length + submission.Length);
        length = Frame.HeaderBytes + head.Length + submission.Length;
        return true;
    }

    // In the order of their numbers, as the generated code writes them.
    private static void Write(ref FieldWriter fields, ref readonly SubmissionFacts facts, HoldId hold)
    {
        fields.Hold(Submission.HoldIdFieldNumber, hold);
        fields.Number(Submission.UidFieldNumber, facts.Uid == 0 ? null : facts.Uid);
        fields.Text(Submission.AccountFieldNumber, facts.Account);
        fields.Text(Submission.PartitionFieldNumber, facts.Partition);
        fields.Text(Submission.QosFieldNumber, facts.Qos);
        fields.Number(Submission.NumTasksFieldNumber, SlurmNumber.Count(facts.NumTasks));
        fields.Number(Submission.CpusPerTaskFieldNumber, SlurmNumber.Count(facts.CpusPerTask));
        fields.Number(Submission.MinCpusFieldNumber, SlurmNumber.Count(facts.MinCpus));
        fields.Number(Submission.MinNodesFieldNumber, SlurmNumber.Count(facts.MinNodes));
        fields.Number(Submission.MaxNodesFieldNumber, SlurmNumber.Count(facts.MaxNodes));
        fields.Number(Submission.NtasksPerNodeFieldNumber, SlurmNumber.Count(facts.NtasksPerNode));
        fields.Number(Submission.TimeLimitMinutesFieldNumber, SlurmNumber.Minutes(facts.TimeLimit));
        fields.Flag(Submission.TimeUnlimitedFieldNumber, SlurmNumber.IsUnlimited(facts.TimeLimit));
        fields.Number(Submission.TimeMinMinutesFieldNumber, SlurmNumber.Count(facts.TimeMin));
        fields.Flag(Submission.ExclusiveFieldNumber, facts.Shared == 0);
        fields.Text(Submission.ArrayFieldNumber, facts.ArrayInx);
        fields.Number(Submission.HetOffsetFieldNumber, SlurmNumber.Given(facts.HetJobOffset));
        var (perNode, perCpu) = SlurmNumber.Memory(facts.PnMinMemory);
        fields.Number(Submission.MemPerNodeMibFieldNumber, perNode);
        fields.Number(Submission.MemPerCpuMibFieldNumber, perCpu);
        fields.Text(Submission.TresPerJobFieldNumber, facts.TresPerJob);
        fields.Text(Submission.TresPerNodeFieldNumber, facts.TresPerNode);
        fields.Text(Submission.TresPerSocketFieldNumber, facts.TresPerSocket);
        fields.Text(Submission.TresPerTaskFieldNumber, facts.TresPerTask);

        // As many bytes are no more characters.
        fields.Text(Submission.JobNameFieldNumber, facts.Name, SubmissionMapping.NameMaxLength);
    }
}
