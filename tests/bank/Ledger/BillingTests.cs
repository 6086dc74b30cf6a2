using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>Transfers of single charges and settlements, calculated by hand.</summary>
public sealed class BillingTests
{
    private static readonly Allocation Open = new(null, null, null, IsExempt: false);
    private static readonly JobBill New = JobBill.New("7", "abc", "1000", "normal");
    private static readonly LedgerAccount Project = LedgerAccount.Project("abc");
    private static readonly LedgerAccount Overrun = LedgerAccount.Overrun("abc");
    private static readonly LedgerAccount User = LedgerAccount.UserCap("abc", "1000");
    private static readonly LedgerAccount Control = LedgerAccount.CapControl("abc");
    private static readonly LedgerAccount Normal = LedgerAccount.Revenue("normal");

    [Fact]
    public void A_charge_goes_from_the_project_to_the_partition_and_counts_for_the_user()
    {
        var (bill, transfers) = Billing.Charge(New, Su(10), Open, Standing(deposited: 100));
        Assert.Equal(
            [
                new Transfer(TransferCode.Charge, Project, Normal, Su(10), "job/7/1/0", "7"),
                new Transfer(TransferCode.Charge, User, Control, Su(10), "job/7/1/1", "7"),
            ],
            transfers
        );
        Assert.Equal(Su(10), bill.Charged);
        Assert.False(bill.IsSettled);
    }

    [Fact]
    public void What_exceeds_the_deposits_is_overrun()
    {
        var (_, transfers) = Billing.Charge(New, Su(150), Open, Standing(deposited: 100, used: 20));
        Assert.Equal(
            [
                new Transfer(TransferCode.Charge, Project, Normal, Su(80), "job/7/1/0", "7"),
                new Transfer(TransferCode.Overrun, Overrun, Normal, Su(70), "job/7/1/1", "7"),
                new Transfer(TransferCode.Charge, User, Control, Su(150), "job/7/1/2", "7"),
            ],
            transfers
        );
    }

    [Fact]
    public void What_exceeds_the_limit_is_overrun_though_more_was_deposited()
    {
        var (_, transfers) = Billing.Charge(New, Su(60), Open with { Limit = Su(50) }, Standing(deposited: 100));
        Assert.Equal([Su(50), Su(10), Su(60)], transfers.Select(static transfer => transfer.Amount));
        Assert.Equal(TransferCode.Overrun, transfers[1].Code);
    }

    [Fact]
    public void An_exempt_project_has_no_overrun()
    {
        var (_, transfers) = Billing.Charge(New, Su(60), Open with { IsExempt = true }, Standing(deposited: 0));
        Assert.Equal([Project, User], transfers.Select(static transfer => transfer.Debit));
    }

    [Fact]
    public void A_settlement_below_the_charge_gives_the_rest_back()
    {
        var (bill, transfers) = Settle(Charged(48), 30, Standing(deposited: 100, used: 48));
        Assert.Equal(
            [
                new Transfer(TransferCode.Settle, Normal, Project, Su(18), "job/7/2/0", "7"),
                new Transfer(TransferCode.Settle, Control, User, Su(18), "job/7/2/1", "7"),
            ],
            transfers
        );
        Assert.True(bill.IsSettled);
    }

    [Fact]
    public void What_comes_back_pays_the_overrun_first()
    {
        var (_, transfers) = Settle(Charged(150), 60, Standing(deposited: 100, used: 100, overrun: 50));
        Assert.Equal(
            [(Normal, Overrun, Su(50)), (Normal, Project, Su(40)), (Control, User, Su(90))],
            transfers.Select(static transfer => (transfer.Debit, transfer.Credit, transfer.Amount))
        );
    }

    [Fact]
    public void The_same_amount_again_moves_nothing() =>
        Assert.Empty(Settle(Charged(48), 48, Standing(deposited: 100, used: 48)).Transfers);

    [Fact]
    public void Less_after_settlement_is_a_refund()
    {
        var (_, transfers) = Settle(Charged(48) with { IsSettled = true }, 0, Standing(deposited: 100, used: 48));
        Assert.All(transfers, static transfer => Assert.Equal(TransferCode.Refund, transfer.Code));
        Assert.Equal([Su(48), Su(48)], transfers.Select(static transfer => transfer.Amount));
    }

    [Fact]
    public void After_the_end_of_the_allocation_more_is_all_overrun()
    {
        var (_, transfers) = Billing.Settle(Charged(10), "normal", Su(25), BillingPlace.Overrun, Open, Standing(deposited: 100, used: 10));
        Assert.Equal(
            [(TransferCode.Overrun, Overrun, Su(15)), (TransferCode.Settle, User, Su(15))],
            transfers.Select(static transfer => (transfer.Code, transfer.Debit, transfer.Amount))
        );
    }

    [Fact]
    public void Another_partition_takes_over_what_was_earned()
    {
        var (bill, transfers) = Billing.Settle(
            Charged(10),
            "gpu",
            Su(12),
            BillingPlace.Allocation,
            Open,
            Standing(deposited: 100, used: 10)
        );
        var gpu = LedgerAccount.Revenue("gpu");
        Assert.Equal(
            [
                (TransferCode.Adjustment, Normal, gpu, Su(10)),
                (TransferCode.Settle, Project, gpu, Su(2)),
                (TransferCode.Settle, User, Control, Su(2)),
            ],
            transfers.Select(static transfer => (transfer.Code, transfer.Debit, transfer.Credit, transfer.Amount))
        );
        Assert.Equal("gpu", bill.Partition);
    }

    [Fact]
    public void A_deposit_pays_the_overrun_as_far_as_it_goes()
    {
        var transfers = Funding.Deposit("abc", Su(30), "k", Open, Standing(deposited: 100, used: 100, overrun: 50));
        Assert.Equal(
            [
                new Transfer(TransferCode.Deposit, LedgerAccount.GrantSource("abc"), Project, Su(30), "k"),
                new Transfer(TransferCode.Adjustment, Project, Overrun, Su(30), "overrun/k"),
            ],
            transfers
        );
    }

    [Fact]
    public void A_deposit_above_the_limit_pays_nothing()
    {
        var limited = Open with { Limit = Su(100) };
        Assert.Single(Funding.Deposit("abc", Su(30), "k", limited, Standing(deposited: 100, used: 100, overrun: 50)));
    }

    private static JobBill Charged(int amount) => New with { Charged = Su(amount), Revision = 1 };

    private static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Settle(JobBill bill, int amount, Standing standing) =>
        Billing.Settle(bill, "normal", Su(amount), BillingPlace.Allocation, Open, standing);

    private static Standing Standing(int deposited, int used = 0, int overrun = 0) => new(Su(deposited), Su(used), Su(overrun));

    private static ServiceUnits Su(int amount) => new(amount * 100L);
}
