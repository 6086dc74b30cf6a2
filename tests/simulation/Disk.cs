namespace SlurmBanking.Simulation.Tests;

/// <summary>The files of a state database, as a dying process and a dying machine leave them.</summary>
/// <param name="file">The database.</param>
/// <param name="tears">Whether machines die in this seed: only then is what has been flushed kept apart.</param>
internal sealed class Disk(string file, bool tears)
{
    // A write-ahead log begins with a header of 32 bytes; another header is another log.
    private const int HeaderBytes = 32;

    private byte[] _flushed = [];
    private byte[] _flushedLog = [];
    private byte[] _log = [];

    private string Log => file + "-wal";

    /// <summary>A commit has reached the disk.</summary>
    public void Flushed()
    {
        if (tears)
        {
            (_flushed, _flushedLog) = (Read(file), Read(Log));
        }
    }

    /// <summary>Ends a process, and keeps its files as they are: closing the database would tidy them up.</summary>
    public void Keep(Action end)
    {
        var database = Read(file);
        _log = Read(Log);
        end();
        Write(database, _log);
    }

    /// <summary>Of what was written and not flushed some part is there, and the last piece may be torn.</summary>
    public void Tear(Random random)
    {
        var appended =
            _log.Length >= _flushedLog.Length
            && _flushedLog.Length >= HeaderBytes
            && _log.AsSpan(0, HeaderBytes).SequenceEqual(_flushedLog.AsSpan(0, HeaderBytes))
            && Read(file).AsSpan().SequenceEqual(_flushed);
        Write(_flushed, appended ? _log[..random.Next(_flushedLog.Length, _log.Length + 1)] : _flushedLog);
    }

    private static byte[] Read(string name) => File.Exists(name) ? File.ReadAllBytes(name) : [];

    private void Write(byte[] database, byte[] log)
    {
        File.Delete(file + "-shm");
        File.WriteAllBytes(file, database);
        File.WriteAllBytes(Log, log);
    }
}
