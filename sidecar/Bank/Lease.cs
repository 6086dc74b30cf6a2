using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>This cluster's lease on an account, as the bank last granted it; what it comes to is in the headrooms of its users.</summary>
/// <param name="Asked">Timestamp of the moment before it was asked for.</param>
/// <param name="Lasts">For so long after that what is held may be decided on it.</param>
/// <param name="Renewed">When the bank's answer came.</param>
/// <param name="Told">What the bank knows to be held.</param>
/// <param name="AskedBack">What is to be given back with the next request.</param>
/// <param name="Ceiling">All that the account could still pay for; null where nothing limits.</param>
/// <param name="Uncovered">What is held beyond all leases, on the account or on its users' limits.</param>
internal sealed record Lease(
    long Asked,
    TimeSpan Lasts,
    DateTimeOffset Renewed,
    ServiceUnits Told,
    ServiceUnits AskedBack,
    ServiceUnits? Ceiling,
    ServiceUnits Uncovered
)
{
    /// <summary>From then on the bank may give to others what covers no hold.</summary>
    public bool HasLapsed(TimeProvider time) => time.GetElapsedTime(Asked) >= Lasts;

    /// <summary>
    /// How much lease to ask for. What is needed is told first; who is asked to give back all the same gives, and tells again: it may
    /// be that nobody has enough until one has given.
    /// </summary>
    /// <param name="held">Held now; covered in any case.</param>
    /// <param name="needed">What somebody needs beyond that, and was refused.</param>
    /// <param name="told">What was told to be needed with the last request.</param>
    /// <param name="granted">What there is; null when there is none.</param>
    /// <param name="askedBack">What the bank asked back of it.</param>
    /// <param name="ceiling">What the limit could still pay for at most; needs beyond it are in vain. Null when that is not known.</param>
    /// <returns>The amount, and what it tells to be needed.</returns>
    public static (ServiceUnits Want, ServiceUnits Told) Wanted(
        ServiceUnits held,
        ServiceUnits needed,
        ServiceUnits told,
        ServiceUnits? granted,
        ServiceUnits askedBack,
        ServiceUnits? ceiling
    )
    {
        needed = held + needed > (ceiling ?? ServiceUnits.Max) ? ServiceUnits.Zero : needed;
        var (least, kept) = (held + needed, granted ?? ServiceUnits.Zero);
        var want = askedBack > ServiceUnits.Zero && needed == told ? Most(held, kept - askedBack) : Most(kept, least);
        want = want < ServiceUnits.Max ? want : ServiceUnits.Max;
        return (want, want >= least ? needed : ServiceUnits.Zero);
    }

    private static ServiceUnits Most(ServiceUnits a, ServiceUnits b) => a > b ? a : b;
}
