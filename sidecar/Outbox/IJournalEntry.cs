namespace SlurmBanking.Sidecar.Outbox;

/// <summary>What is handed in to be made durable.</summary>
internal interface IJournalEntry
{
    void Write(JournalWriter writer);

    /// <summary>Called by the committing thread after the commit; must not fail.</summary>
    void Committed();
}
