using BenchmarkDotNet.Attributes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>The transfers of the bank's double entry, of its pure part alone.</summary>
public class LedgerBenchmarks
{
    private static readonly Allocation Open = new(null, null, null, IsExempt: false);
    private static readonly Standing Standing = new(new ServiceUnits(100_000_00), ServiceUnits.Zero, ServiceUnits.Zero);
    private static readonly JobBill New = JobBill.New("7", "fc_abc", "1000", "normal");
    private static readonly JobBill Charged = Billing.Charge(New, new ServiceUnits(48_00), Open, Standing).Bill;

    [Benchmark(Description = "ledger: charge a job")]
    public int Charge() => Billing.Charge(New, new ServiceUnits(48_00), Open, Standing).Transfers.Count;

    [Benchmark(Description = "ledger: settle it for less")]
    public int Settle() =>
        Billing.Settle(Charged, "normal", new ServiceUnits(12_00), BillingPlace.Allocation, Open, Standing).Transfers.Count;
}
