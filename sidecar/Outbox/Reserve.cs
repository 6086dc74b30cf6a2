namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Room kept back on the disk of the state directory, as a file of that size, and given up when the disk is full, so that the
/// ends of jobs can still be written.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class Reserve(string file)
{
    private const long MostBytes = 16 << 20;

    // On a small volume most of the room is for use.
    private const int ShareOfVolume = 8;

    /// <summary>Size of the reserve on this volume, in bytes.</summary>
    public long Bytes { get; init; } = SizeFor(file);

    /// <summary>Sets the room aside.</summary>
    /// <returns>False while the disk has not that much.</returns>
    public bool TryTake()
    {
        try
        {
            if (new FileInfo(file) is { Exists: true } there && there.Length == Bytes)
            {
                return true;
            }

            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                PreallocationSize = Bytes,
            };
            using var stream = new FileStream(file, options);
            stream.SetLength(Bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp();
            return false;
        }
    }

    /// <summary>Gives the room back to the disk.</summary>
    public void GiveUp()
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that can't be written keeps it, and has no use for it either.
        }
    }

    private static long SizeFor(string file)
    {
        try
        {
            return Math.Min(MostBytes, new DriveInfo(Path.GetDirectoryName(file)!).TotalSize / ShareOfVolume);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return MostBytes;
        }
    }
}
