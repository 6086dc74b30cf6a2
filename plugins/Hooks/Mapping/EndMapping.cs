using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>From Slurm's facts to the message for the sidecar.</summary>
internal static unsafe class EndMapping
{
    /// <summary>Characters of an admin_comment that travel whole; of a longer one only our mark does.</summary>
    public const int CommentMaxLength = 4096;

    public static End ToMessage(ref readonly EndFacts facts)
    {
        var message = new End
        {
            JobId = facts.JobId,
            RestartCount = facts.RestartCount,
            Uid = facts.Uid,
            Account = NativeText.Read(facts.Account),
            Partition = NativeText.Read(facts.Partition),
            Qos = NativeText.Read(facts.Qos),
            State = facts.State,
            SuspendedSeconds = Math.Max(0, facts.SuspendedSeconds),
            Nodes = NativeText.Read(facts.Nodes),
            TresAlloc = NativeText.Read(facts.TresAlloc),
            AdminComment = ShortComment(NativeText.Read(facts.AdminComment)),
        };
        SetIdentity(message, in facts);
        SetTimes(message, in facts);
        SetSize(message, in facts);
        SetRequest(message, in facts);
        return message;
    }

    private static void SetIdentity(End message, ref readonly EndFacts facts)
    {
        if (SlurmNumber.Count(facts.ArrayJobId) is { } arrayJobId)
        {
            message.ArrayJobId = arrayJobId;
            if (SlurmNumber.Given(facts.ArrayTaskId) is { } arrayTaskId)
            {
                message.ArrayTaskId = arrayTaskId;
            }
        }

        if (SlurmNumber.Count(facts.HetJobId) is { } hetJobId)
        {
            message.HetJobId = hetJobId;
        }
    }

    private static void SetTimes(End message, ref readonly EndFacts facts)
    {
        if (SlurmNumber.Time(facts.SubmitTime) is { } submit)
        {
            message.SubmitTime = submit;
        }

        if (SlurmNumber.Time(facts.StartTime) is { } start)
        {
            message.StartTime = start;
        }

        if (SlurmNumber.Time(facts.EndTime) is { } end)
        {
            message.EndTime = end;
        }
    }

    /// <summary>
    /// A job that never ran has no size. Slurm leaves what was asked for in the record of an array whose waiting tasks were
    /// cancelled (total_cpus 1, measured on 22.05), and the last run's nodes after a requeue.
    /// </summary>
    private static void SetSize(End message, ref readonly EndFacts facts)
    {
        if (message.Nodes.Length == 0 && facts.EndTime <= facts.StartTime)
        {
            return;
        }

        message.TotalCpus = SlurmNumber.Given(facts.TotalCpus) ?? 0;
        message.TotalNodes = SlurmNumber.Given(facts.TotalNodes) ?? 0;
    }

    private static void SetRequest(End message, ref readonly EndFacts facts)
    {
        if (SlurmNumber.Given(facts.TimeLimit) is { } timeLimit)
        {
            message.TimeLimitMinutes = timeLimit;
        }

        if (SlurmNumber.Count(facts.RequestedNodes) is { } nodes)
        {
            message.RequestedNodes = nodes;
        }

        if (SlurmNumber.Count(facts.RequestedCpus) is { } cpus)
        {
            message.RequestedCpus = cpus;
        }
    }

    private static string ShortComment(string comment)
    {
        if (comment.Length <= CommentMaxLength)
        {
            return comment;
        }

        return HoldMark.TryFind(comment, out var mark) ? mark.ToString() : "";
    }
}
