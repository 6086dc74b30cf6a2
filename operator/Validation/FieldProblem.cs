using SlurmBanking.Operator.Messages;

namespace SlurmBanking.Operator.Validation;

/// <summary>Something about a BankingConfig that its author should know.</summary>
/// <param name="Field">"spec.policy.cachedFor", as Kubernetes writes paths; a map's key goes in brackets.</param>
/// <param name="Message">What is wrong with it, without the path. Holds no secret.</param>
/// <param name="IsError">True when it keeps the object from being used.</param>
internal sealed record FieldProblem(string Field, string Message, bool IsError)
{
    public override string ToString() => Admission.OfField(Field, Message);
}
