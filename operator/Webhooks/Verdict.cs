using SlurmBanking.Operator.Validation;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>What the webhook says of a change.</summary>
/// <param name="Errors">Why it is refused; empty when it is allowed.</param>
/// <param name="Warnings">What whoever makes it is told all the same.</param>
internal sealed record Verdict(IReadOnlyList<FieldProblem> Errors, IReadOnlyList<string> Warnings)
{
    public static readonly Verdict Allowed = new([], []);

    public bool IsAllowed => Errors.Count == 0;
}
