using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>From Slurm's facts to the message for the sidecar.</summary>
internal static unsafe class SubmissionMapping
{
    /// <summary>Characters of a job's name that travel: it is for people to read, and users choose its length.</summary>
    public const int NameMaxLength = 256;

    private static readonly Recent<string> Names = new(static text => text);

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
            Account = NativeText.Read(facts.Account, Names),
            Partition = NativeText.Read(facts.Partition, Names),
            Qos = NativeText.Read(facts.Qos, Names),
            Array = NativeText.Read(facts.ArrayInx),
            TresPerJob = NativeText.Read(facts.TresPerJob, Names),
            TresPerNode = NativeText.Read(facts.TresPerNode, Names),
            TresPerSocket = NativeText.Read(facts.TresPerSocket, Names),
            TresPerTask = NativeText.Read(facts.TresPerTask, Names),
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
        // "A time limit of zero requests that no time limit be imposed" (sbatch(1)); sbatch sends INFINITE, an API user may send 0.
        if (facts.TimeLimit is SlurmNumber.Infinite or 0)
        {
            message.TimeUnlimited = true;
        }
        else if (SlurmNumber.Given(facts.TimeLimit) is { } timeLimit)
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
        // The sentinels have the high bit too.
        if (memory >= SlurmNumber.NoVal64)
        {
            return;
        }

        if ((memory & SlurmNumber.MemPerCpu) != 0)
        {
            message.MemPerCpuMib = memory & ~SlurmNumber.MemPerCpu;
        }
        else
        {
            message.MemPerNodeMib = memory;
        }
    }

    private static string ShortName(string name) => name.Length <= NameMaxLength ? name : name[..NameMaxLength];
}
