using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The hold of a submission that was accepted: logged when it is durable.</summary>
internal sealed class HoldEntry(Hold hold, Quote.Priced quote, ILogger logger) : IJournalEntry
{
    public void Write(JournalWriter writer) => writer.Put(hold);

    public void Committed()
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Log.Held(logger, quote.Total.ToString(), hold.Uid, hold.Account, hold.Id.ToString(), quote.How);
        }
    }
}
