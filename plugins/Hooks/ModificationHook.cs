using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// job_modify: a change that may cost something is put to the sidecar. Priorities, holds, dependencies and the like cost nothing
/// and ask nobody.
/// </summary>
internal sealed class ModificationHook(Inquiry inquiry)
{
    /// <returns>What becomes of the change, null when nobody had to be asked; and the admin_comment if it must be another.</returns>
    public unsafe (Ruling? Ruling, string? AdminComment) Handle(ref readonly ModificationFacts facts)
    {
        HoldMark? mark = HoldMark.TryFind(NativeText.Read(facts.AdminComment), out var found) ? found : null;
        var modification = ModificationMapping.ToMessage(in facts, mark);
        Ruling? ruling = ModificationMapping.Prices(modification.Wanted) ? inquiry.Ask(new Request { Modification = modification }) : null;
        return (ruling, Kept(mark, facts.Wanted.AdminComment));
    }

    // Without its mark a job would be known by its id alone. "+=text": what the comment holds already stays.
    private static unsafe string? Kept(HoldMark? mark, byte* comment)
    {
        var wanted = NativeText.Read(comment);
        return comment is null || wanted.StartsWith("+=", StringComparison.Ordinal) ? null : mark?.AppendTo(wanted);
    }
}
