namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What is answered to a submission.</summary>
/// <param name="Accepted">Whether the job may be submitted.</param>
/// <param name="Reason">Why.</param>
/// <param name="Message">For the user when refused, without the product's prefix; else "".</param>
internal readonly record struct Decision(bool Accepted, DecisionReason Reason, string Message)
{
    public static Decision Accept(DecisionReason reason) => new(true, reason, "");

    public static Decision Refuse(DecisionReason reason, string message) => new(false, reason, message);
}
