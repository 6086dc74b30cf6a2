namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Asks sacctmgr for the associations of one cluster and reads them back.</summary>
internal static class SacctmgrOutput
{
    private const int Fields = 5;

    public static IReadOnlyList<string> Arguments(string cluster) =>
        [
            "--noheader",
            "--parsable2",
            "--readonly",
            "show",
            "associations",
            $"cluster={cluster}",
            "format=user,account,partition,defaultqos,qos",
        ];

    /// <summary>What can't be read is left out: it decides about a QOS alone.</summary>
    public static IEnumerable<Association> Associations(string output) =>
        output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split('|'))
            .Where(static fields => fields.Length == Fields)
            .Select(static fields => new Association(fields[0], fields[1], fields[2], DefaultQos(fields[3], fields[4])));

    // Of a single QOS that may be used Slurm makes the default.
    private static string DefaultQos(string named, string allowed) =>
        named.Length > 0 ? named
        : allowed.Contains(',', StringComparison.Ordinal) ? ""
        : allowed;
}
