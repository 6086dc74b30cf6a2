using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>How a project stands in its period: read from the balances of its accounts of the ledger.</summary>
/// <param name="Deposited">Sum of the deposits, without what has expired.</param>
/// <param name="OnAllocation">What its jobs took from the deposits and the credit.</param>
/// <param name="Overrun">What its jobs used beyond.</param>
public readonly record struct Standing(ServiceUnits Deposited, ServiceUnits OnAllocation, ServiceUnits Overrun)
{
    /// <summary>All that its jobs used: the contract's "account balance".</summary>
    public ServiceUnits Usage => OnAllocation + Overrun;

    /// <summary>What is left of the deposits: the project's own balance, negative where credit is used.</summary>
    public ServiceUnits Remainder => Deposited - OnAllocation;

    /// <summary>Reads the standing from the ledger's balances (credits less debits).</summary>
    public static Standing Read(string project, Func<LedgerAccount, ServiceUnits> balance)
    {
        var deposited = -balance(LedgerAccount.GrantSource(project)) - balance(LedgerAccount.Expired(project));
        return new Standing(deposited, deposited - balance(LedgerAccount.Project(project)), -balance(LedgerAccount.Overrun(project)));
    }

    /// <summary>What jobs can still take from deposits and credit; never negative.</summary>
    public ServiceUnits Room(Allocation allocation)
    {
        var room = allocation.Total(Deposited) - OnAllocation;
        return room > ServiceUnits.Zero ? room : ServiceUnits.Zero;
    }
}
