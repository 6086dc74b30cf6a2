using System.Globalization;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>A hold, or one run of a job. Amounts in SU.</summary>
/// <param name="Job">"12", "12_3" of an array, "12_[4]" for 4 tasks that wait; "" while the queue has not shown it.</param>
/// <param name="Restart">Of a requeued job: which run, from 0.</param>
/// <param name="State">"held", "charging", "charged", "settling" or "settled".</param>
/// <param name="User">By name.</param>
/// <param name="Account">That pays.</param>
/// <param name="Partition">Where it runs, or the dearest where it may.</param>
/// <param name="Tasks">Of an array: how many are held for.</param>
/// <param name="Estimate">Held, or charged at the start.</param>
/// <param name="More">Held beyond that while it runs, because it was raised.</param>
/// <param name="Actual">What it cost; null before it has ended.</param>
/// <param name="Submitted">When.</param>
/// <param name="Started">When; null while it waits.</param>
/// <param name="Closed">When the bank had what it cost.</param>
/// <param name="LetIn">Nobody was asked about it.</param>
/// <param name="ChargeRefused">The bank would not take the charge.</param>
/// <param name="BankId">Its id at the bank; "" while it is held.</param>
/// <param name="Hold">Id of its hold.</param>
/// <param name="How">How the estimate came about; "" when that is not known or was not asked.</param>
/// <param name="HowActual">How what it cost came about; likewise.</param>
/// <param name="Problem">What the bank last answered about a record that waits or is parked; likewise.</param>
internal sealed record JobView(
    string Job,
    uint Restart,
    string State,
    string User,
    string Account,
    string Partition,
    ulong Tasks,
    decimal Estimate,
    decimal More,
    decimal? Actual,
    DateTimeOffset? Submitted,
    DateTimeOffset? Started,
    DateTimeOffset? Closed,
    bool LetIn,
    bool ChargeRefused,
    string BankId,
    string Hold,
    string How,
    string HowActual,
    string Problem
)
{
    public static JobView Of(BankedJob job) =>
        new(
            NameOf(job),
            job.Restart,
            job.State.ToString().ToLowerInvariant(),
            Users.NameOf(job.Uid),
            job.Account,
            job.Partition,
            job.Tasks,
            job.Estimate / 100m,
            job.More / 100m,
            job.HasActual ? job.Actual / 100m : null,
            job.Submitted?.ToDateTimeOffset(),
            job.Started?.ToDateTimeOffset(),
            job.Closed?.ToDateTimeOffset(),
            job.LetIn,
            job.ChargeRefused,
            job.BankId,
            job.Hold,
            job.How,
            job.HowActual,
            job.Problem
        );

    private static string NameOf(BankedJob job) =>
        (job.JobId, job.HasArrayJobId && job.HasArrayTaskId, job.Tasks) switch
        {
            (0, _, _) => "",
            (_, true, _) => string.Create(CultureInfo.InvariantCulture, $"{job.ArrayJobId}_{job.ArrayTaskId}"),
            (_, _, > 1) => string.Create(CultureInfo.InvariantCulture, $"{job.JobId}_[{job.Tasks}]"),
            _ => job.JobId.ToString(CultureInfo.InvariantCulture),
        };
}
