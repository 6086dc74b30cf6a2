using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// Decides whether a job fits (swagger: /can_submit_job/). The wording is part of the contract: clients read usage and
/// allocation from it.
/// </summary>
public static class SubmissionCheck
{
    /// <summary>Why a job does not fit; null when it does. The project's limit is looked at before the user's.</summary>
    /// <param name="cost">What the job may cost.</param>
    /// <param name="account">The project.</param>
    /// <param name="standing">How the project stands.</param>
    /// <param name="member">The user in the project; null when not a member.</param>
    /// <param name="userUsage">What the user's jobs used of the project.</param>
    /// <param name="now">The bank's time.</param>
    /// <param name="leased">What of the project's limit is leased to other clusters: as good as used.</param>
    /// <param name="userLeased">What of the user's is.</param>
    public static string? Refusal(
        ServiceUnits cost,
        Account account,
        Standing standing,
        Member? member,
        ServiceUnits userUsage,
        DateTimeOffset now,
        ServiceUnits leased = default,
        ServiceUnits userLeased = default
    )
    {
        if (member is null)
        {
            return ContractAnswers.Stranger(account.Name);
        }

        if (!account.Allocation.IsActive(now))
        {
            return ContractAnswers.NoAllocation(account.Name);
        }

        return account.Allocation.IsExempt
            ? null
            : Exceeded(ContractAnswers.OfAccount, cost, standing.Usage + leased, account.Allocation.Total(standing.Deposited))
                ?? (member.Cap is { } cap ? Exceeded(ContractAnswers.OfUser, cost, userUsage + userLeased, cap) : null);
    }

    private static string? Exceeded(string whose, ServiceUnits cost, ServiceUnits usage, ServiceUnits allocation) =>
        usage + cost > allocation ? ContractAnswers.Exceeds(cost, whose, usage, allocation) : null;
}
