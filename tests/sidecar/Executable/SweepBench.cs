using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>
/// What a sweep of a long queue costs: time, memory, and how long decisions wait meanwhile, while a sidecar that knows nothing takes
/// all of it in and in the half minute after, in which it lists the same once more. The published sidecar as a process; a
/// script stands for squeue and prints a listing of half pending, a quarter running and a quarter ended jobs, a tenth of all in arrays.
/// Nothing here fails because a figure is bad. SIDECAR_BIN names another sidecar's directory, BENCH_ROWS a file for the rows.
/// </summary>
[Trait("Run", "bench")]
public sealed class SweepBench : IDisposable
{
    private static readonly int[] Sizes = [10_000, 100_000, 300_000];

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task A_queue_of_hundreds_of_thousands()
    {
        foreach (var jobs in Sizes)
        {
            await MeasureAsync(jobs);
        }
    }

    private async Task MeasureAsync(int jobs)
    {
        var bin = Directory.CreateDirectory(_state.In($"bin-{jobs}")).FullName;
        var listing = Path.Combine(bin, "listing");
        Write(listing, jobs);
        Script(bin, "squeue", $"case \"$*\" in *--user*) ;; *) exec /bin/cat {listing} ;; esac");
        Script(
            bin,
            "scontrol",
            """
            case "$*" in
            ping) echo 'Slurmctld(primary) at h is UP' ;;
            *partition*) echo 'PartitionName=normal Default=YES DefaultTime=01:00:00 MaxTime=7-00:00:00 OverSubscribe=NO' ;;
            *) echo 'NodeName=n0001 Sockets=2 ThreadsPerCore=1 Partitions=normal CfgTRES=cpu=64,mem=256000M,billing=64' ;;
            esac
            """
        );
        Script(bin, "sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
        var (state, run) = (Directory.CreateDirectory(Path.Combine(bin, "state")), Directory.CreateDirectory(Path.Combine(bin, "run")));
        var http = $"127.0.0.1:{SidecarProcess.FreePort()}";
        var config = Path.Combine(bin, "bank-config.toml");
        await File.WriteAllTextAsync(config, "API.url = \"http://127.0.0.1:9/\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.75\n");
        string[] arguments = ["--config", config, "--state", state.FullName, "--runtime-dir", run.FullName, "--spool", bin, "--http", http];
        var start = new ProcessStartInfo(Program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = bin;
        using var sidecar = Process.Start(start)!;
        sidecar.OutputDataReceived += static (_, _) => { };
        sidecar.ErrorDataReceived += static (_, _) => { };
        sidecar.BeginOutputReadLine();
        sidecar.BeginErrorReadLine();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri("http://" + http), Timeout = TimeSpan.FromSeconds(30) };
            await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(run.FullName, "sidecar.sock"))));
            using var stop = new CancellationTokenSource();
            var waits = new Waits();
            var deciding = Task.Run(() => Decide(Path.Combine(run.FullName, "sidecar.sock"), waits, stop.Token), CancellationToken.None);
            await UntilAsync(async () => await AgeAsync(client) is not null);
            waits.IsKnown = true;
            var first = Memory(sidecar.Id);

            // The second one meets what the first has left: little is new.
            var oldest = 0.0;
            await UntilAsync(async () =>
            {
                var age = await AgeAsync(client) ?? 0;
                oldest = Math.Max(oldest, age);
                return age < oldest - 5;
            });
            await stop.CancelAsync();
            await deciding;
            Tell(jobs, first, Memory(sidecar.Id), sidecar.TotalProcessorTime, waits);
        }
        finally
        {
            sidecar.Kill();
            await sidecar.WaitForExitAsync();
        }
    }

    private static string Program
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            var published = Path.Combine(here.Parent!.Parent!.Parent!.FullName, "publish", "sidecar");
            return Path.Combine(Environment.GetEnvironmentVariable("SIDECAR_BIN") ?? published, "sidecar");
        }
    }

    private static void Tell(int jobs, long first, long peak, TimeSpan processor, Waits waits)
    {
        BenchRows.Value($"sweep.{jobs}.mb", peak);
        BenchRows.Value($"sweep.{jobs}.us", processor.TotalMicroseconds / (2.0 * jobs));
        BenchRows.Value($"sweep.{jobs}.longest_ms", Math.Max(waits.First.Max(), waits.Again.Max()));
        Tell($"decisions while {jobs} jobs are met for the first time", waits.First);
        Tell($"decisions while {jobs} jobs are listed again", waits.Again);
        BenchRows.Add(
            "sidecar's RSS, most in the first listing, and in two",
            $"{first} MB",
            $"{peak} MB",
            "≤ 500 MB",
            peak <= 500 ? "yes" : "**no**"
        );
        BenchRows.Add("processor time of the start and two listings", $"{processor.TotalSeconds:F1} s", $"", "", "");
    }

    private static void Tell(string what, List<double> waits)
    {
        waits.Sort();
        BenchRows.Add($"{what}, p50 and p99 of {waits.Count}", $"{At(waits, 0.5):F2} ms", $"{At(waits, 0.99):F1} ms", "", "");
        BenchRows.Add("the longest of them", $"{waits[^1]:F1} ms", $"", "≤ 10 ms", waits[^1] <= 10 ? "yes" : "**no**");
    }

    private static double At(List<double> sorted, double part) => sorted[(int)((sorted.Count - 1) * part)];

    // One every 2 ms, each on its own: how long it takes is how long a submission would wait.
    private static void Decide(string socket, Waits waits, CancellationToken stop)
    {
        using var plugin = new Plugin(socket);
        plugin.Ask(
            new Request
            {
                Hello = new Hello { Protocol = 1, Hook = Hook.JobSubmit },
            }
        );
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            var request = new Request
            {
                Submission = new Submission
                {
                    HoldId = $"{number:x32}",
                    Uid = 5,
                    Account = "fc_test",
                    Partition = "normal",
                    NumTasks = 4,
                },
            };
            var began = Stopwatch.GetTimestamp();
            plugin.Ask(request);
            (waits.IsKnown ? waits.Again : waits.First).Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Thread.Sleep(2);
        }
    }

    // For how long the whole queue has not been seen, in seconds; null before it was for the first time.
    private static async Task<double?> AgeAsync(HttpClient client)
    {
        try
        {
            if (await client.GetStringAsync(new Uri("/readyz", UriKind.Relative)) != "Healthy")
            {
                return null;
            }

            var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            var line = metrics
                .Split('\n')
                .First(static line => line.StartsWith("slurm_banking_sweep_age_seconds{", StringComparison.Ordinal));
            return double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or SocketException)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 1800, "not within 3 minutes");
            await Task.Delay(100);
        }
    }

    // In MB.
    private static long Memory(int pid) =>
        File.ReadLines($"/proc/{pid}/status")
            .Where(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(static line =>
                long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            )
            .First();

    private static void Script(string directory, string command, string text)
    {
        var file = Path.Combine(directory, command);
        File.WriteAllText(file, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    private static void Write(string file, int jobs)
    {
        using var writer = new StreamWriter(file, append: false, Encoding.ASCII);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var job = 1; job <= jobs; job++)
        {
            var kind = job % 4;
            var array = job % 10 == 0;
            var waits = kind is 0 or 1;
            var (state, started, ended, used) = kind switch
            {
                2 => ("RUNNING", $"{now - 600}", $"{now + 3000}", "10:00"),
                3 => ("COMPLETED", $"{now - 600}", $"{now - 30}", "9:30"),
                _ => ("PENDING", "N/A", "N/A", "0:00"),
            };
            string[] fields =
            [
                $"{job}",
                $"{(array && !waits ? job - (job % 1000) : job)}",
                !array ? "N/A"
                : waits ? "1-100"
                : $"{job % 1000}",
                $"{1000 + (job % 500)}",
                $"fc_{job % 200}",
                "normal",
                "normal",
                state,
                "0",
                $"{now - 900}",
                started,
                ended,
                used,
                "1:00:00",
                waits ? "" : $"n{job % 5000:0000}",
                "cpu=4,mem=16G,node=1,billing=4",
                "OK",
                "0",
                "65534",
                "1",
                "N/A",
                "N/A",
                "4",
                $"slurm-banking:{job:x32}:3.00",
                "",
            ];
            writer.WriteLine(string.Join('\x1f', fields));
        }
    }

    /// <summary>In milliseconds.</summary>
    private sealed class Waits
    {
        private volatile bool _isKnown;

        /// <summary>The queue has been taken in.</summary>
        public bool IsKnown
        {
            get => _isKnown;
            set => _isKnown = value;
        }

        public List<double> First { get; } = [];

        public List<double> Again { get; } = [];
    }
}
