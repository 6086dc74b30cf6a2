using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The hold of what a change costs more: logged when it is durable.</summary>
internal sealed class RaiseEntry(Hold difference, Consequence consequence, ILogger logger) : IJournalEntry
{
    public void Write(JournalWriter writer) => writer.Put(difference);

    public void Committed()
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Log.Raised(logger, difference.Amount.ToString(), difference.Uid, difference.Account, difference.Id.ToString(), consequence.How);
        }
    }
}
