using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Storage;

/// <summary>A job: the record as clients see it, and what it was charged.</summary>
/// <param name="Record">The record; amount and nodes are set.</param>
/// <param name="Bill">What it was charged.</param>
public sealed record StoredJob(Job Record, JobBill Bill);
