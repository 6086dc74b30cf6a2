namespace SlurmBanking.Hooks;

/// <summary>What users read when a submission is refused.</summary>
internal static class Refusals
{
    private const string Prefix = "slurm-banking: ";

    public const string SidecarUnavailable =
        Prefix
        + "the bank's sidecar can't be asked, and this cluster's policy is to refuse (when_sidecar_unavailable = \"deny\"); try again later";

    public const string TooLarge =
        Prefix + "the request names more partitions, array tasks or resources than can be priced; make it shorter";

    private const string Unexplained = Prefix + "refused by the bank, which gave no reason";

    /// <summary>The sidecar's own words, known as ours.</summary>
    public static string FromSidecar(string message)
    {
        if (string.IsNullOrWhiteSpace(message))
        {
            return Unexplained;
        }

        return message.StartsWith(Prefix, StringComparison.Ordinal) ? message : Prefix + message;
    }
}
