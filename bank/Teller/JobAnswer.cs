using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Teller;

/// <summary>What became of a job record: the job as stored, or why it was refused.</summary>
/// <param name="Job">The job; null when refused.</param>
/// <param name="Refusals">Messages by field; empty when stored.</param>
public sealed record JobAnswer(Job? Job, IReadOnlyDictionary<string, string> Refusals)
{
    /// <summary>Where messages go that concern no single field.</summary>
    public const string NoField = "non_field_errors";

    private static readonly Dictionary<string, string> None = [];

    /// <summary>Stored.</summary>
    public static JobAnswer Stored(Job job) => new(job, None);

    /// <summary>Refused: nothing changed.</summary>
    public static JobAnswer Refused(string field, string message) => new(null, new Dictionary<string, string> { [field] = message });

    /// <summary>Refused: nothing changed.</summary>
    public static JobAnswer Refused(IReadOnlyDictionary<string, string> refusals) => new(null, refusals);
}
