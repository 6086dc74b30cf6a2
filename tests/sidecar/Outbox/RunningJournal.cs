using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>A journal with the thread that commits it, as in the process.</summary>
internal sealed class RunningJournal : IDisposable
{
    private readonly StateDatabase _database;
    private readonly JournalThread _thread;

    public RunningJournal(SidecarPaths paths, TimeProvider time)
    {
        _database = new StateDatabase(paths, time.GetUtcNow(), NullLogger.Instance);
        Journal = new Journal(_database, new Reserve(paths.ReserveFile), time, NullLogger<Journal>.Instance);
        _thread = new JournalThread(Journal);
    }

    public Journal Journal { get; }

    public string? SetAside => _database.SetAside;

    public void Dispose()
    {
        _thread.Dispose();
        _database.Dispose();
    }
}
