namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The thread that commits what the journal is handed.</summary>
internal sealed class JournalThread : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stopping = new();

    public JournalThread(Journal journal, TimeProvider time)
    {
        (_journal, _time) = (journal, time);
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Commits what is left, once; a disk that can't be written does not keep the process.</summary>
    public void Dispose()
    {
        _journal.Close();
        _stopping.Set();
        _thread.Join();
        _stopping.Dispose();
    }

    private void Run()
    {
        var dirty = false;
        var flushed = _time.GetTimestamp();
        while (true)
        {
            // While the disk is full a look now and then finds out when it has room again.
            var wait =
                dirty ? Journal.FlushInterval
                : _journal.Room == JournalRoom.Ample ? Timeout.InfiniteTimeSpan
                : RetryInterval;
            var more = _journal.WaitForWork(wait);
            var flush = !more || _journal.Room != JournalRoom.Ample || (dirty && _time.GetElapsedTime(flushed) >= Journal.FlushInterval);
            var committed = _journal.Commit(flush);
            if (committed)
            {
                dirty = !flush;
                flushed = flush ? _time.GetTimestamp() : flushed;
            }

            // A first failure gives up the reserve, and what follows is tried at once.
            var stuck = !committed && _journal.Room == JournalRoom.None;
            if ((!more && (committed || stuck)) || (stuck && _stopping.Wait(RetryInterval)))
            {
                return;
            }
        }
    }
}
