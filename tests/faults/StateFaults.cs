using System.Security.Cryptography;

namespace SlurmBanking.Faults.Tests;

/// <summary>
/// Faults of the sidecar's state directory. A supervisor restarts a sidecar that ended; otherwise it has to get along by itself, and
/// nothing that it can't read may simply be gone: it is set aside.
/// </summary>
public static class StateFaults
{
    private const string Sidecar = "sidecar";

    public static IEnumerable<Fault> All()
    {
        yield return new Fault(
            "disk full while jobs are submitted, run and end",
            static rig =>
            {
                rig.At(Step.Warm, () => FillAsync(rig));
                return Task.CompletedTask;
            },
            FreeAsync,
            InShort: true,
            LetsIn: true
        );
        yield return new Fault(
            "disk full when the sidecar starts",
            static rig =>
            {
                rig.At(Step.Running, () => RelaunchAsync(rig, () => FillAsync(rig)));
                return Task.CompletedTask;
            },
            FreeAsync,
            LetsIn: true
        );
        yield return new Fault(
            "state read-only when the sidecar starts",
            static rig =>
            {
                rig.At(Step.Warm, () => RelaunchAsync(rig, () => rig.RunAsync("mount", "-o", "remount,ro", rig.StateDirectory)));
                return Task.CompletedTask;
            },
            static async rig =>
            {
                await rig.RunAsync("mount", "-o", "remount,rw", rig.StateDirectory);
                await rig.StartIfGoneAsync(Sidecar);
            },
            InShort: true,
            LetsIn: true
        );
        yield return Corrupt("state database overwritten in the middle while jobs run", Step.Running, Overwrite, inShort: true);
        yield return Corrupt("state database overwritten in the middle while jobs end", Step.Ending, Overwrite);
        yield return Corrupt("state database cut in half", Step.Running, static file => file.SetLength(file.Length / 2));
        yield return Corrupt("state database replaced by noise", Step.Running, static file => Noise(file, 0, file.Length));
    }

    private static Fault Corrupt(string name, Step step, Action<FileStream> spoil, bool inShort = false) =>
        new(
            name,
            rig =>
            {
                rig.At(
                    step,
                    async () =>
                    {
                        rig.Kill(Sidecar);
                        await rig.GoneAsync(Sidecar);
                        await SpoilAsync(rig, spoil);
                        await rig.StartAsync(Sidecar);
                        Assert.NotEqual([], SetAside(rig));
                    }
                );
                return Task.CompletedTask;
            },
            InShort: inShort
        );

    // All that is known is brought from the log into the file itself before that is spoilt: else what is spoilt is empty.
    private static async Task SpoilAsync(FaultRig rig, Action<FileStream> spoil)
    {
        foreach (var old in SetAside(rig))
        {
            File.Delete(old);
        }

        var database = Path.Combine(rig.StateDirectory, "sidecar.db");
        var checkpoint = $"import sqlite3; sqlite3.connect('{database}').execute('PRAGMA wal_checkpoint(TRUNCATE)')";
        await rig.RunAsync("setpriv", "--reuid=slurm", "--regid=slurm", "--clear-groups", "/usr/bin/python3", "-c", checkpoint);
        await using var file = new FileStream(database, FileMode.Open, FileAccess.ReadWrite);
        spoil(file);
    }

    // The first page, with the schema, stays whole: the file opens like any other.
    private static void Overwrite(FileStream file) => Noise(file, 4096, file.Length - 4096);

    private static void Noise(FileStream file, long from, long length)
    {
        file.Position = from;
        file.Write(RandomNumberGenerator.GetBytes((int)length));
    }

    private static string[] SetAside(FaultRig rig) =>
        [
            .. Directory
                .GetFiles(rig.StateDirectory, "sidecar.db*")
                .Where(static file => Path.GetFileName(file) is not ("sidecar.db" or "sidecar.db-wal" or "sidecar.db-shm")),
        ];

    private static async Task RelaunchAsync(FaultRig rig, Func<Task> meanwhile)
    {
        rig.Kill(Sidecar);
        await rig.GoneAsync(Sidecar);
        await meanwhile();
        await rig.MustAsync("launch", Sidecar);
    }

    private static Task FillAsync(FaultRig rig)
    {
        using var filler = new FileStream(rig.Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Not one block is left.
            return Task.CompletedTask;
        }
    }

    private static async Task FreeAsync(FaultRig rig)
    {
        File.Delete(rig.Filler);
        await rig.StartIfGoneAsync(Sidecar);
    }
}
