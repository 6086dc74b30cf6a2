using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>Some of the jobs that were asked for, and the sums of all of them.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="TotalAmount">The sum of their amounts.</param>
/// <param name="TotalCpuTime">The sum of their CPU-hours.</param>
/// <param name="Jobs">Those of the page.</param>
public sealed record JobList(int Count, ServiceUnits TotalAmount, decimal TotalCpuTime, IReadOnlyList<Job> Jobs);
