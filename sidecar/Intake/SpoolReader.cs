using Google.Protobuf;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// Takes in the facts that plugins could not hand over: one file each, one frame of spec/hooks.proto in it. A file goes when
/// its fact is durable; one that can't be read is set aside and keeps nobody else from being read.
/// </summary>
internal abstract class SpoolReader(SidecarPaths paths, SlurmUser slurmUser, SidecarMetrics metrics, TimeProvider time, ILogger logger)
    : SteadyLoop(metrics, time, logger)
{
    private const string Pattern = "*.frame";
    private const string SetAside = ".corrupt";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Registers what lies in the spool.</summary>
    public static void Observe(SidecarMetrics metrics, SidecarPaths paths)
    {
        metrics.Observe("slurm_banking.spool.files", "{file}", "Facts that wait in the spool", () => Count(paths, Pattern));
        metrics.Observe(
            "slurm_banking.spool.corrupt",
            "{file}",
            "Spool files that could not be read and were set aside",
            () => Count(paths, Pattern + SetAside)
        );
    }

    /// <summary>Whether facts can be taken now.</summary>
    protected virtual bool IsReady => true;

    /// <summary>Takes a fact; the task ends when it is durable.</summary>
    /// <exception cref="InvalidDataException">It is of a kind that has no business here.</exception>
    protected abstract Task TakeAsync(Request request);

    public sealed override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        if (IsReady && Directory.Exists(paths.SpoolDirectory))
        {
            // What stays unreadable is looked at each time and told once.
            var stays = new HashSet<string>(StringComparer.Ordinal);
            await TakeAllAsync(stays, cancellation);
            _reported = stays;
        }

        return Interval;
    }

    private async Task TakeAllAsync(HashSet<string> stays, CancellationToken cancellation)
    {
        if (SpoolFile.ProblemOf(paths.SpoolDirectory, slurmUser) is { } problem)
        {
            stays.Add(problem);
            if (!_reported.Contains(problem))
            {
                Log.SpoolUnsafe(Logger, paths.SpoolDirectory, problem);
            }

            return;
        }

        // Whatever has such a name: what is no file is set aside as well.
        foreach (var file in Directory.EnumerateFileSystemEntries(paths.SpoolDirectory, Pattern))
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await TakeOrSetAsideAsync(file);
            }
            catch (Exception e)
            {
                // Nothing about one file may keep the others from being read.
                stays.Add(file);
                if (!_reported.Contains(file))
                {
                    Log.SpoolFileUnreadable(Logger, file, e.Message);
                }
            }
        }
    }

    private async Task TakeOrSetAsideAsync(string file)
    {
        try
        {
            await TakeAsync(file);
            File.Delete(file);
        }
        catch (Exception e) when (e is InvalidDataException or ArithmeticException or ArgumentException)
        {
            Metrics.BadFrame();
            SpoolFile.Rename(file, file + SetAside);
            Log.SpoolFileCorrupt(Logger, file, e.Message);
        }
    }

    private async Task TakeAsync(string file)
    {
        if (SpoolFile.Read(file, slurmUser, Frame.HeaderBytes + Frame.MaxBodyBytes) is { } bytes)
        {
            await TakeAsync(RequestOf(bytes));
            Metrics.Fact("spooled");
        }
    }

    private static int Count(SidecarPaths paths, string pattern)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(paths.SpoolDirectory, pattern).Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static Request RequestOf(byte[] bytes)
    {
        if (bytes.Length < Frame.HeaderBytes || Frame.ReadHeader(bytes) != bytes.Length - Frame.HeaderBytes)
        {
            throw new InvalidDataException("not one whole frame");
        }

        try
        {
            return Request.Parser.ParseFrom(bytes, Frame.HeaderBytes, bytes.Length - Frame.HeaderBytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
