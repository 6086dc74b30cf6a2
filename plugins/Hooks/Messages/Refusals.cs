namespace SlurmBanking.Hooks.Messages;

/// <summary>What users read when a submission is refused without a word of the sidecar.</summary>
internal static class Refusals
{
    /// <summary>Stands before everything that is said to a user, the sidecar's words too.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Prefix = "slurm-banking: ";

    /// <summary>The controller's sidecar does not answer, and the policy is to refuse meanwhile.</summary>
    /// <remarks>Try again later. An administrator: start the sidecar; slurmctld's log says why it can't be asked.</remarks>
    public const string SidecarUnavailable =
        Prefix
        + "the bank's sidecar can't be asked, and this cluster's policy is to refuse (when_sidecar_unavailable = \"deny\"); "
        + "try again later";

    /// <summary>The submission is longer than can be asked about: hundreds of kilobytes of partitions, array tasks or TRES.</summary>
    public const string TooLarge =
        Prefix + "the request names more partitions, array tasks or resources than can be priced: make it shorter";

    /// <summary>The sidecar refused, and gave no reason: a fault.</summary>
    /// <remarks>An administrator: look into the sidecar's log, and report it.</remarks>
    public const string Unexplained = Prefix + "refused by the bank, which gave no reason: ask your site's administrators";
}
