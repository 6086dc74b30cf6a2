using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What is outstanding against one limit: holds, and runs that the bank has not booked yet.</summary>
/// <param name="Amount">Their sum.</param>
/// <param name="Jobs">How many holds and runs that is.</param>
internal readonly record struct Tally(ServiceUnits Amount, int Jobs)
{
    public Tally Plus(ServiceUnits amount) => amount == ServiceUnits.Zero ? this : new Tally(Amount + amount, Jobs + 1);

    public Tally Minus(ServiceUnits amount) => amount == ServiceUnits.Zero ? this : new Tally(Amount - amount, Jobs - 1);
}
