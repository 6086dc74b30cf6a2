using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Teller;

/// <summary>A job record as a client sent it: a field that was not sent keeps its stored value, an explicit null clears it.</summary>
/// <param name="Sent">The fields' values.</param>
/// <param name="Fields">The names (as in the swagger file) of the fields that were sent.</param>
/// <param name="Cluster">The cluster that sent it, whose leases it uses up; null for a client that names none.</param>
public sealed record JobWrite(Job Sent, IReadOnlySet<string> Fields, string? Cluster = null)
{
    /// <summary>The record to store.</summary>
    /// <param name="stored">What is stored under the id; null when nothing is.</param>
    public Job Over(Job? stored)
    {
        T Pick<T>(string field, T sent, Func<Job, T> kept) => stored is null || Fields.Contains(field) ? sent : kept(stored);
        return Sent with
        {
            SubmitDate = Pick("submitdate", Sent.SubmitDate, static job => job.SubmitDate),
            StartDate = Pick("startdate", Sent.StartDate, static job => job.StartDate),
            EndDate = Pick("enddate", Sent.EndDate, static job => job.EndDate),
            Amount = Pick("amount", Sent.Amount, static job => job.Amount).GetValueOrDefault(),
            JobStatus = Pick("jobstatus", Sent.JobStatus, static job => job.JobStatus),
            Partition = Pick("partition", Sent.Partition, static job => job.Partition),
            Qos = Pick("qos", Sent.Qos, static job => job.Qos),
            Nodes = Pick("nodes", Sent.Nodes, static job => job.Nodes) ?? [],
            NumCpus = Pick("num_cpus", Sent.NumCpus, static job => job.NumCpus),
            NumReqNodes = Pick("num_req_nodes", Sent.NumReqNodes, static job => job.NumReqNodes),
            NumAllocNodes = Pick("num_alloc_nodes", Sent.NumAllocNodes, static job => job.NumAllocNodes),
            RawTime = Pick("raw_time", Sent.RawTime, static job => job.RawTime),
            CpuTime = Pick("cpu_time", Sent.CpuTime, static job => job.CpuTime),
        };
    }
}
