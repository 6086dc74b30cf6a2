using SlurmBanking.Bank.Teller;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Simulation.Tests;

/// <summary>
/// Knows what was submitted and what ran, and nothing of how the sidecar came to its figures. Limits: the first runs of the
/// jobs that were accepted on the bank's word can never cost more than the account and the user may spend; requeues and what
/// was waved through during an outage come on top, and are billed, but nobody was asked about them.
/// </summary>
internal sealed class Auditor(SimulatedSlurm slurm, SimulatedBank bank)
{
    // What all submissions together may wait for the bank in any 5 s (the design's decision_deadline).
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(DateTimeOffset Began, TimeSpan Spent)> _waits = new();
    private SimulatedSidecar? _waitedFor;

    public void AfterStep()
    {
        Limits();
        Bills();
    }

    public void AtRest(SimulatedSidecar sidecar)
    {
        AfterStep();
        var outbox = sidecar.Journal.Count();
        Check(outbox is { Pending: 0, Parked: 0 }, $"{outbox.Pending} records are left in the outbox, {outbox.Parked} are parked");
        var totals = sidecar.Teller.Totals();
        Check(totals.Holds == 0, $"{totals.Holds} holds are left without a live job");
        Check(totals.Running == 0, $"{totals.Running} runs are not settled");
        foreach (var run in slurm.Runs)
        {
            var billed = bank.Books.FindJob(run.BankId)?.Bill.Charged.Hundredths;
            Check(
                billed == run.ActualInHundredths,
                $"run {run.BankId} ({run.State}, {run.Elapsed}) cost {run.ActualInHundredths} hundredths by hand, {billed} at the bank"
            );
        }

        foreach (var users in slurm.Runs.GroupBy(static run => (run.Account, run.Job.Uid)))
        {
            var (used, ran) = (bank.Used(users.Key.Account, users.Key.Uid), users.Sum(static run => run.ActualInHundredths));
            Check(used == ran, $"user {users.Key} used {ran} hundredths by hand, {used} at the bank");
        }

        Ledger();
    }

    /// <summary>A refusal changes nothing.</summary>
    public static void Refused(BookTotals before, BookTotals after) => Check(before == after, $"a refusal changed {before} to {after}");

    /// <summary>
    /// slurmctld hears of one submission after the other, so waits add up. A process that has died takes its count with it.
    /// </summary>
    public void Waited(SimulatedSidecar sidecar, DateTimeOffset began, DateTimeOffset ended)
    {
        if (_waitedFor != sidecar)
        {
            _waits.Clear();
            _waitedFor = sidecar;
        }

        while (_waits.TryPeek(out var first) && ended - first.Began > Window)
        {
            _waits.Dequeue();
        }

        _waits.Enqueue((began, ended - began));
        var spent = _waits.Aggregate(TimeSpan.Zero, static (sum, wait) => sum + wait.Spent);
        Check(spent <= Patience, $"submissions waited {spent} within {Window}");
    }

    /// <summary>What a user may still spend, if all that was accepted costs what it may.</summary>
    public long Left(string account, uint uid)
    {
        var jobs = slurm.Jobs.Where(job => job.Decided && job.Payer == account).ToList();
        var ofAccount = bank.Limits[account] - jobs.Sum(static job => job.ExposureInHundredths);
        return bank.Caps.TryGetValue((account, uid), out var cap)
            ? Math.Min(ofAccount, cap - jobs.Where(job => job.Uid == uid).Sum(static job => job.ExposureInHundredths))
            : ofAccount;
    }

    private static void Check(bool holds, string fault)
    {
        if (!holds)
        {
            throw new AuditException(fault);
        }
    }

    private void Limits()
    {
        foreach (var account in slurm.Jobs.Where(static job => job.Decided).GroupBy(static job => job.Payer))
        {
            var exposed = account.Sum(static job => job.ExposureInHundredths);
            Check(
                exposed <= bank.Limits[account.Key],
                $"account {account.Key}: accepted jobs may cost {exposed} of {bank.Limits[account.Key]}"
            );
        }

        foreach (var user in slurm.Jobs.Where(static job => job.Decided).GroupBy(static job => (job.Payer, job.Uid)))
        {
            var exposed = user.Sum(static job => job.ExposureInHundredths);
            Check(
                !bank.Caps.TryGetValue(user.Key, out var cap) || exposed <= cap,
                $"user {user.Key}: accepted jobs may cost {exposed} of {cap}"
            );
        }
    }

    private void Bills()
    {
        var runs = slurm.Runs.ToDictionary(static run => run.BankId, StringComparer.Ordinal);
        foreach (var (id, job) in bank.Books.Jobs)
        {
            Check(runs.TryGetValue(id, out var run), $"the bank has job {id}, which never ran");
            var amount = job.Bill.Charged.Hundredths;
            Check(
                run!.Charges.Contains(amount) || (run.End is not null && amount == run.ActualInHundredths),
                $"run {id} is billed {amount}: none of its estimates {string.Join(", ", run.Charges)} nor what it cost, {run.ActualInHundredths}"
            );
        }
    }

    // Debits equal credits: what accounts have lost since their deposit is what users used and partitions earned.
    private void Ledger()
    {
        var (_, differences) = AuditTeller.Audit(bank.Books, bank.Now);
        Check(differences.Count == 0, $"the bank's ledger: {string.Join("; ", differences)}");
    }
}
