namespace SlurmBanking.Sidecar.Intake;

/// <summary>What a report of starts may hold (spec/banking.proto, Facts.ReportStarts).</summary>
internal static class StartBounds
{
    /// <summary>Most starts in one report.</summary>
    public const int MaxStarts = 256;

    /// <summary>Longest name of a node, in characters; Slurm's are shorter.</summary>
    public const int MaxNodeLength = 255;

    /// <summary>Largest message that is read, in bytes: the largest report has less than 200 KiB.</summary>
    public const int MaxMessageBytes = 256 * 1024;
}
