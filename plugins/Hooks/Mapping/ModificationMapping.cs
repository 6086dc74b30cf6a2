using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>From Slurm's facts to the message for the sidecar.</summary>
internal static unsafe class ModificationMapping
{
    public static Modification ToMessage(ref readonly ModificationFacts facts, HoldMark? mark)
    {
        var wanted = SubmissionMapping.ToMessage(in facts.Wanted);

        // Of an array only how many tasks run at once can change (ArrayTaskThrottle). OverSubscribe=NO keeps others off the CPUs that a
        // job gets, and gives it no whole nodes, as it does at a submission. The rest of these has no price either.
        (wanted.Array, wanted.JobName, wanted.Exclusive) = ("", "", false);
        wanted.ClearTimeMinMinutes();
        wanted.ClearHetOffset();
        return new Modification
        {
            Job = NativeText.Read(facts.Job),
            Actor = facts.Actor,
            Wanted = wanted,
            HoldId = mark?.Id.ToString() ?? "",
        };
    }

    /// <summary>Whether anything is to change that has a price.</summary>
    public static bool Prices(Submission wanted) => !wanted.Equals(new Submission { Uid = wanted.Uid });
}
