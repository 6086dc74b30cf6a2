using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// Decides whether there is room for a submission or a change: available = headroom − outstanding, for the user in the account and
/// for the account.
/// </summary>
internal static class Decider
{
    /// <param name="claim">What there must be room for.</param>
    /// <param name="account">The account to charge.</param>
    /// <param name="uid">The submitting user.</param>
    /// <param name="headroom">What the bank last said; null when it was never read.</param>
    /// <param name="ofAccount">Outstanding against the account.</param>
    /// <param name="ofUser">Outstanding against the user's limit in it.</param>
    /// <param name="impediment">
    /// Why nobody can decide now: the outage policy does, but the last known headroom still refuses what does not fit. Null when
    /// nothing is in the way.
    /// </param>
    /// <param name="policy">Of the job's partition.</param>
    /// <param name="now">The present.</param>
    public static Decision Decide(
        IClaim claim,
        string account,
        uint uid,
        Headroom? headroom,
        Tally ofAccount,
        Tally ofUser,
        DecisionReason? impediment,
        PolicySettings policy,
        DateTimeOffset now
    )
    {
        if (headroom is { Refusal: { } refusal })
        {
            return Decision.Refuse(DecisionReason.BankRefused, refusal);
        }

        if (headroom?.Account is { } forAccount && forAccount - ofAccount.Amount < claim.Amount)
        {
            var (available, held) = Left(forAccount, ofAccount, headroom.AccountElsewhere);
            return Decision.Refuse(
                DecisionReason.Insufficient,
                Refusals.AccountCantAfford(account, claim.What, claim.Explanation, available, held)
            );
        }

        if (headroom?.User is { } forUser && forUser - ofUser.Amount < claim.Amount)
        {
            var (available, held) = Left(forUser, ofUser, headroom.UserElsewhere);
            return Decision.Refuse(
                DecisionReason.Insufficient,
                Refusals.UserCantAfford(uid, account, claim.What, claim.Explanation, available, held)
            );
        }

        if (headroom is not null && impediment is null)
        {
            return Decision.Accept(DecisionReason.Fits);
        }

        var reason = impediment ?? DecisionReason.BankUnavailable;
        return policy.WhenBankUnavailable switch
        {
            OutagePolicy.Allow => Decision.Accept(reason),
            OutagePolicy.Cached when headroom is not null && now - headroom.Read <= policy.CachedFor => Decision.Accept(reason),
            var policyWord => Decision.Refuse(reason, Away(reason, account, policyWord.ToString().ToLowerInvariant())),
        };
    }

    private static string Away(DecisionReason reason, string account, string word) =>
        reason == DecisionReason.StateUnavailable ? Refusals.StateAway(account, word) : Refusals.BankAway(account, word);

    private static (ServiceUnits Available, string Held) Left(ServiceUnits headroom, Tally outstanding, ServiceUnits elsewhere)
    {
        var held = outstanding.Jobs == 0 ? "" : Refusals.Held(outstanding.Amount, outstanding.Jobs, outstanding.Jobs == 1 ? "job" : "jobs");
        var others = elsewhere > ServiceUnits.Zero ? Refusals.Elsewhere(elsewhere) : "";
        return (headroom - outstanding.Amount, held + others);
    }
}
