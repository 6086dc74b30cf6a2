using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Runs Slurm's own commands, found on PATH.</summary>
internal static class SlurmCommand
{
    // slurmctld answers in well under a second; a command that hangs longer is talking to one that is gone.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: 64 * 1024);

    private static readonly Dictionary<string, string> NoEnvironment = new(StringComparer.Ordinal);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="mayFail">Its exit status is part of the answer.</param>
    /// <exception cref="SlurmCommandException">It can't be started, fails, or takes longer than 30 s.</exception>
    public static async Task<string> RunAsync(
        string command,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellation,
        bool mayFail = false
    )
    {
        var output = "";
        await RunAsync(
            command,
            arguments,
            environment,
            Timeout,
            mayFail,
            async (stream, deadline) =>
            {
                using var reader = new StreamReader(stream);
                output = await reader.ReadToEndAsync(deadline);
            },
            cancellation
        );
        return output;
    }

    /// <summary>Runs a command to its end, and gives its standard output line by line, empty ones left out.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="take">Takes a line, UTF-8. Until the command has ended well nothing may be made of them.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SlurmCommandException">It can't be started, fails, or takes too long.</exception>
    public static Task ReadLinesAsync(
        string command,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        TimeSpan timeout,
        Action<ReadOnlySpan<byte>> take,
        CancellationToken cancellation
    ) =>
        RunAsync(
            command,
            arguments,
            environment,
            timeout,
            mayFail: false,
            async (stream, deadline) =>
            {
                var reader = PipeReader.Create(stream, Reading);
                ReadResult read;
                do
                {
                    read = await reader.ReadAsync(deadline);
                    reader.AdvanceTo(TakeLines(read.Buffer, read.IsCompleted, take), read.Buffer.End);
                } while (!read.IsCompleted);
                await reader.CompleteAsync();
            },
            cancellation
        );

    private static SequencePosition TakeLines(ReadOnlySequence<byte> buffer, bool isLast, Action<ReadOnlySpan<byte>> take)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n'))
        {
            if (!line.IsEmpty)
            {
                take(line);
            }
        }

        if (isLast && !reader.End)
        {
            take(reader.UnreadSequence.ToArray());
            reader.AdvanceToEnd();
        }

        return reader.Position;
    }

    private static async Task RunAsync(
        string command,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment,
        TimeSpan timeout,
        bool mayFail,
        Func<Stream, CancellationToken, Task> read,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? NoEnvironment)
        {
            start.Environment[name] = value;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var process = Process.Start(start) ?? throw new SlurmCommandException(Problems.CommandNotStarted(command, "no process"));
            try
            {
                StepBack(process);
                var errors = process.StandardError.ReadToEndAsync(deadline.Token);
                await read(process.StandardOutput.BaseStream, deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                if (process.ExitCode != 0 && !mayFail)
                {
                    throw new SlurmCommandException(Problems.CommandFailed(command, process.ExitCode, (await errors).Trim()));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or FormatException)
            {
                process.Kill();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SlurmCommandException(Problems.CommandTooSlow(command, timeout.TotalSeconds));
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SlurmCommandException(Problems.CommandNotStarted(command, e.Message));
        }
    }

    // It has time; slurmctld beside it, and decisions, have not.
    private static void StepBack(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already, or may not: it is read all the same.
        }
    }
}
