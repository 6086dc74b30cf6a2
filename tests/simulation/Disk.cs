using System.Buffers;

namespace SlurmBanking.Simulation.Tests;

/// <summary>The files of a state database, as a dying process and a dying machine leave them.</summary>
/// <param name="file">The database.</param>
/// <param name="tears">Whether machines die in this seed: only then is what has been flushed kept apart.</param>
internal sealed class Disk(string file, bool tears)
{
    // A write-ahead log begins with a header of 32 bytes; another header is another log.
    private const int HeaderBytes = 32;

    // Taken at every commit: the same memory again and again.
    private readonly ArrayBufferWriter<byte> _flushed = new();
    private readonly ArrayBufferWriter<byte> _flushedLog = new();
    private byte[] _log = [];

    private string Log => file + "-wal";

    /// <summary>A commit has reached the disk.</summary>
    public void Flushed()
    {
        if (tears)
        {
            Read(file, _flushed);
            Read(Log, _flushedLog);
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
        var (flushed, flushedLog) = (_flushed.WrittenSpan.ToArray(), _flushedLog.WrittenSpan.ToArray());
        var appended =
            _log.Length >= flushedLog.Length
            && flushedLog.Length >= HeaderBytes
            && _log.AsSpan(0, HeaderBytes).SequenceEqual(flushedLog.AsSpan(0, HeaderBytes))
            && Read(file).AsSpan().SequenceEqual(flushed);
        Write(flushed, appended ? _log[..random.Next(flushedLog.Length, _log.Length + 1)] : flushedLog);
    }

    private static byte[] Read(string name) => File.Exists(name) ? File.ReadAllBytes(name) : [];

    private static void Read(string name, ArrayBufferWriter<byte> into)
    {
        into.ResetWrittenCount();
        if (File.Exists(name))
        {
            using var handle = File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            while (RandomAccess.Read(handle, into.GetSpan(1 << 16), into.WrittenCount) is > 0 and var read)
            {
                into.Advance(read);
            }
        }
    }

    private void Write(byte[] database, byte[] log)
    {
        File.Delete(file + "-shm");
        File.WriteAllBytes(file, database);
        File.WriteAllBytes(Log, log);
    }
}
