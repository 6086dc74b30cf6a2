namespace SlurmBanking.Sidecar.Pricing;

/// <summary>What a run had for a while.</summary>
/// <param name="Tres">Its allocation, as Slurm writes it.</param>
/// <param name="Seconds">For how long, without suspended time; not negative.</param>
internal sealed record Usage(string Tres, long Seconds)
{
    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    public TresCounts Counts => TresCounts.Parse(Tres);
}
