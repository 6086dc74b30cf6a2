using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>From Slurm's facts to the message for the sidecar.</summary>
internal static unsafe class SubmissionMapping
{
    /// <summary>Characters of a job's name that travel: it is for people to read, and users choose its length.</summary>
    public const int NameMaxLength = 256;

    public static Submission ToMessage(ref readonly SubmissionFacts facts, HoldId hold)
    {
        var message = ToMessage(in facts);
        message.HoldId = hold.ToString();
        return message;
    }

    /// <summary>What is given, without a hold.</summary>
    public static Submission ToMessage(ref readonly SubmissionFacts facts)
    {
        var message = new Submission
        {
            Uid = facts.Uid,
            Account = NativeText.Read(facts.Account),
            Partition = NativeText.Read(facts.Partition),
            Qos = NativeText.Read(facts.Qos),
            Array = NativeText.Read(facts.ArrayInx),
            TresPerJob = NativeText.Read(facts.TresPerJob),
            TresPerNode = NativeText.Read(facts.TresPerNode),
            TresPerSocket = NativeText.Read(facts.TresPerSocket),
            TresPerTask = NativeText.Read(facts.TresPerTask),
            JobName = ShortName(NativeText.Read(facts.Name)),
            Exclusive = facts.Shared == 0,
        };
        SetCounts(message, in facts);
        SetTimes(message, in facts);
        SetMemory(message, facts.PnMinMemory);
        return message;
    }

    private static void SetCounts(Submission message, ref readonly SubmissionFacts facts)
    {
        if (SlurmNumber.Count(facts.NumTasks) is { } tasks)
        {
            message.NumTasks = tasks;
        }

        if (SlurmNumber.Count(facts.CpusPerTask) is { } cpusPerTask)
        {
            message.CpusPerTask = cpusPerTask;
        }

        if (SlurmNumber.Count(facts.MinCpus) is { } minCpus)
        {
            message.MinCpus = minCpus;
        }

        if (SlurmNumber.Count(facts.MinNodes) is { } minNodes)
        {
            message.MinNodes = minNodes;
        }

        if (SlurmNumber.Count(facts.MaxNodes) is { } maxNodes)
        {
            message.MaxNodes = maxNodes;
        }

        if (SlurmNumber.Count(facts.NtasksPerNode) is { } tasksPerNode)
        {
            message.NtasksPerNode = tasksPerNode;
        }

        if (SlurmNumber.Given(facts.HetJobOffset) is { } hetOffset)
        {
            message.HetOffset = hetOffset;
        }
    }

    private static void SetTimes(Submission message, ref readonly SubmissionFacts facts)
    {
        message.TimeUnlimited = SlurmNumber.IsUnlimited(facts.TimeLimit);
        if (SlurmNumber.Minutes(facts.TimeLimit) is { } timeLimit)
        {
            message.TimeLimitMinutes = timeLimit;
        }

        if (SlurmNumber.Count(facts.TimeMin) is { } timeMin)
        {
            message.TimeMinMinutes = timeMin;
        }
    }

    private static void SetMemory(Submission message, ulong memory)
    {
        var (perNode, perCpu) = SlurmNumber.Memory(memory);
        if (perNode is { } ofNode)
        {
            message.MemPerNodeMib = ofNode;
        }

        if (perCpu is { } ofCpu)
        {
            message.MemPerCpuMib = ofCpu;
        }
    }

    private static string ShortName(string name) => name.Length <= NameMaxLength ? name : name[..NameMaxLength];
}
