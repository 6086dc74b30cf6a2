using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;

namespace SlurmBanking.Plugins.Tests;

/// <summary>Facts as Slurm 22.05 leaves them when nothing is given (measured).</summary>
internal static class Facts
{
    public static SubmissionFacts PlainSbatch() =>
        new()
        {
            PnMinMemory = SlurmNumber.NoVal64,
            Uid = 5,
            NumTasks = SlurmNumber.NoVal,
            MinCpus = 1,
            MinNodes = SlurmNumber.NoVal,
            MaxNodes = SlurmNumber.NoVal,
            TimeLimit = SlurmNumber.NoVal,
            TimeMin = SlurmNumber.NoVal,
            HetJobOffset = SlurmNumber.NoVal,
            CpusPerTask = SlurmNumber.NoVal16,
            NtasksPerNode = SlurmNumber.NoVal16,
            Shared = SlurmNumber.NoVal16,
        };

    /// <summary>What scontrol update sends for what it is not told to change.</summary>
    public static SubmissionFacts NothingGiven() => PlainSbatch() with { MinCpus = SlurmNumber.NoVal };

    /// <summary>By user 7, of a job of user 5.</summary>
    public static unsafe ModificationFacts Modification(CText text, string job, string? comment = null) =>
        new()
        {
            Job = text.Of(job),
            AdminComment = text.Of(comment),
            Actor = 7,
            Wanted = NothingGiven(),
        };

    public static EndFacts CancelledWhilePending() =>
        new()
        {
            JobId = 7,
            Uid = 5,
            State = 4,
            SubmitTime = 1_700_000_000,
            StartTime = 1_700_000_060,
            EndTime = 1_700_000_060,
            ArrayTaskId = SlurmNumber.NoVal,
            TimeLimit = SlurmNumber.NoVal,
            RequestedNodes = 1,
            RequestedCpus = 1,
        };
}
