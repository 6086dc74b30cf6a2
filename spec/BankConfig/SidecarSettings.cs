using System.Globalization;

namespace SlurmBanking.BankConfig;

/// <summary>[Sidecar].</summary>
public sealed record SidecarSettings
{
    /// <summary>cluster: names this cluster in job ids, telemetry and leases; in those Slurm names it where this does not.</summary>
    public string Cluster { get; init; } = "cluster";

    /// <summary>job_id_format: the bank's job id; "{job_id}" must occur, "{cluster}" may.</summary>
    public string JobIdFormat { get; init; } = "{job_id}";

    /// <summary>decision_deadline: longest a submission may wait for the bank; 10 ms to 2 s.</summary>
    public TimeSpan DecisionDeadline { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>balance_ttl: age from which a known balance is refreshed in the background; 1 s to 1 h.</summary>
    public TimeSpan BalanceTtl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The bank's id of a run: later runs of a requeued job get ":restart" since a PUT overwrites what is there.</summary>
    public string BankJobId(uint jobId, uint restart)
    {
        var id = JobIdFormat
            .Replace("{cluster}", Cluster, StringComparison.Ordinal)
            .Replace("{job_id}", $"{jobId}", StringComparison.Ordinal);
        return restart == 0 ? id : $"{id}:{restart}";
    }

    /// <summary>Of a run of this cluster the id of its job; null when the bank's id is none of this cluster's.</summary>
    public uint? JobIdOf(string bankJobId)
    {
        var at = JobIdFormat.IndexOf("{job_id}", StringComparison.Ordinal);
        var prefix = JobIdFormat[..at].Replace("{cluster}", Cluster, StringComparison.Ordinal);
        if (!bankJobId.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = bankJobId.AsSpan(prefix.Length);
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        if (!TryNumber(end < 0 ? rest : rest[..end], out var jobId))
        {
            return null;
        }

        var first = BankJobId(jobId, restart: 0);
        return bankJobId == first ? jobId
            : bankJobId.StartsWith(first + ":", StringComparison.Ordinal)
            && TryNumber(bankJobId.AsSpan(first.Length + 1), out var restart)
            && bankJobId == BankJobId(jobId, restart)
                ? jobId
            : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
