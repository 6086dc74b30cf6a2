namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// The thread that commits what the journal is handed, and beside it one that brings commits to the disk: whoever waits for a commit does
/// not wait for a disk.
/// </summary>
internal sealed class JournalThread : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Journal _journal;
    private readonly Thread _thread;
    private readonly Thread _flusher;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly SemaphoreSlim _dirty = new(0);
    private volatile bool _flushMissed;

    public JournalThread(Journal journal)
    {
        _journal = journal;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _flusher = new Thread(Flush) { IsBackground = true, Name = "flush" };
        _thread.Start();
        _flusher.Start();
    }

    /// <summary>Commits what is left, once; a disk that can't be written does not keep the process.</summary>
    public void Dispose()
    {
        _journal.Close();
        _stopping.Set();
        _thread.Join();
        _dirty.Release();
        _flusher.Join();
        _stopping.Dispose();
        _dirty.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            // While the disk is full, or does not take what was committed, a look now and then finds out when it does again.
            var well = _journal.Room == JournalRoom.Ample && !_flushMissed;
            var more = _journal.WaitForWork(well ? Timeout.InfiniteTimeSpan : RetryInterval);
            var flush = !more || _journal.Room != JournalRoom.Ample || _flushMissed;
            var committed = _journal.Commit(flush);
            if (committed && flush)
            {
                _flushMissed = false;
            }
            else if (committed && _dirty.CurrentCount == 0)
            {
                _dirty.Release();
            }

            // A first failure gives up the reserve, and what follows is tried at once.
            var stuck = !committed && _journal.Room == JournalRoom.None;
            if ((!more && (committed || stuck)) || (stuck && _stopping.Wait(RetryInterval)))
            {
                return;
            }
        }
    }

    private void Flush()
    {
        while (true)
        {
            _dirty.Wait();
            if (_stopping.Wait(Journal.FlushInterval))
            {
                return;
            }

            // What is committed from here on is for the next time.
            _dirty.Wait(TimeSpan.Zero);
            if (!_journal.Flush())
            {
                _flushMissed = true;
                _journal.Nudge();
            }
        }
    }
}
