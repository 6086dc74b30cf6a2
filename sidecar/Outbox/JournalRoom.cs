namespace SlurmBanking.Sidecar.Outbox;

/// <summary>What the state directory has room for.</summary>
internal enum JournalRoom
{
    /// <summary>Everything.</summary>
    Ample,

    /// <summary>The disk or the directory's limit is reached: what was kept in reserve is for the ends of jobs.</summary>
    FactsOnly,

    /// <summary>Nothing can be written: facts are left to the plugins' spool.</summary>
    None,
}
