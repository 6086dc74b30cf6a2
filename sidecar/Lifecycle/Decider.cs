using System.Globalization;
using SlurmBanking.BankConfig;
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

        if (headroom is not null)
        {
            if (headroom.Account is { } forAccount && forAccount - ofAccount.Amount < claim.Amount)
            {
                return Insufficient(
                    claim,
                    $"account {account} can't afford this {claim.What}",
                    forAccount,
                    ofAccount,
                    headroom.AccountElsewhere
                );
            }

            if (headroom.User is { } forUser && forUser - ofUser.Amount < claim.Amount)
            {
                var who = $"user {uid}'s limit in account {account} can't afford this {claim.What}";
                return Insufficient(claim, who, forUser, ofUser, headroom.UserElsewhere);
            }
        }

        if (headroom is not null && impediment is null)
        {
            return Decision.Accept(DecisionReason.Fits);
        }

        var reason = impediment ?? DecisionReason.BankUnavailable;
        var why =
            reason == DecisionReason.StateUnavailable
                ? "the cluster's bank can't keep records now"
                : $"the bank can't be asked about account {account} now";

        return policy.WhenBankUnavailable switch
        {
            OutagePolicy.Allow => Decision.Accept(reason),
            OutagePolicy.Cached when headroom is not null && now - headroom.Read <= policy.CachedFor => Decision.Accept(reason),
            var word => Decision.Refuse(
                reason,
                $"{why}, and this cluster's policy is to refuse "
                    + $"(when_bank_unavailable = \"{word.ToString().ToLowerInvariant()}\"); try again later"
            ),
        };
    }

    private static Decision Insufficient(IClaim claim, string who, ServiceUnits headroom, Tally outstanding, ServiceUnits elsewhere)
    {
        var available = headroom - outstanding.Amount;
        var held =
            outstanding.Jobs == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", {outstanding.Amount} held by {outstanding.Jobs} {(outstanding.Jobs == 1 ? "job" : "jobs")}"
                );
        var others = elsewhere > ServiceUnits.Zero ? $"; other clusters have {elsewhere} more, and are asked for what they do not use" : "";
        return Decision.Refuse(DecisionReason.Insufficient, $"{who}: {claim.Explanation}; {available} available{held}{others}");
    }
}
