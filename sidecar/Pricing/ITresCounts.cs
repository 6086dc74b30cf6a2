namespace SlurmBanking.Sidecar.Pricing;

/// <summary>Counts of trackable resources (TRES) by Slurm's names: what a price is of.</summary>
internal interface ITresCounts
{
    long Cpus { get; }

    /// <summary>The count of a TRES; 0 when it is not listed. Of memory ("mem") in MiB.</summary>
    long this[string tres] { get; }
}
