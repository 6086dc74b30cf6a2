namespace SlurmBanking.Slurm.Tests;

/// <summary>What the bank has booked for one run.</summary>
/// <param name="Cost">Charges less what settling gave back.</param>
/// <param name="Charges">Transfers of its estimate.</param>
/// <param name="Settlements">Transfers that made the cost final.</param>
public sealed record Booked(decimal Cost, int Charges, int Settlements)
{
    public static readonly Booked Nothing = new(0, 0, 0);
}
