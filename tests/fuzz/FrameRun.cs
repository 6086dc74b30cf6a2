using System.Diagnostics;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>
/// So many frames from several lanes at once. Afterwards the sidecar lives, decides and tells as before, has logged no error,
/// and holds no more threads, descriptors or memory than when it had warmed up.
/// </summary>
internal static class FrameRun
{
    public const double MostGrowth = 1.5;
    private const int HookLanes = 6;
    private const int ApiLanes = 2;

    // One in so many frames goes to the query service.
    private const int ApiShare = 100;

    // Before this nothing can be said about growth: heaps and pools are not at work yet.
    private const long LeastWarmUp = 50_000;
    private const int WarmUpShare = 10;

    // The same short run peaks at anything between 1.0 and 1.7 of its warm-up: the collector lets the heap grow at first. A
    // ratio says something after a longer one; before, only what no such growth explains is a fault.
    private const long SteadyAfter = 200_000;
    private const long MostKib = 768 * 1024;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(500);
    private const int MoreThreads = 40;
    private const int MoreDescriptors = 40;

    public static async Task<int> RunAsync(int seed, long count, TextWriter output)
    {
        try
        {
            await RunAsync(seed, count, output.WriteLine);
            return 0;
        }
        catch (Exception e)
        {
            await output.WriteLineAsync(e.ToString());
            return 1;
        }
    }

    public static async Task RunAsync(int seed, long count, Action<string> tell)
    {
        await using var bank = await YesBank.StartAsync();
        using var sidecar = new FuzzedSidecar(bank.Url);
        await sidecar.UntilReadyAsync();
        AssertServes(sidecar, 0);
        var idle = sidecar.Vitals;
        tell($"seed {seed}: {count} frames; idle: {idle}");

        // Memory of one moment says when the collector was last at work; the most of a stretch says what is kept.
        var warmUp = Math.Max(LeastWarmUp, count / WarmUpShare);
        var warm = await ThrowAsync(sidecar, seed, warmUp, tell);
        tell($"warming up, {warmUp}: at most {warm / 1024.0:F1} MB");
        var began = Stopwatch.GetTimestamp();
        var most = await ThrowAsync(sidecar, seed + 1, count, tell);
        var took = Stopwatch.GetElapsedTime(began);
        var after = await SettledAsync(sidecar, idle);
        tell($"{count} more, {count / took.TotalSeconds:F0}/s: at most {most / 1024.0:F1} MB, {most / (double)warm:F2} of before");
        tell($"afterwards: {after}");

        Assert.True(sidecar.IsAlive, sidecar.Last);
        AssertServes(sidecar, 1);
        var status = await Api.StatusAsync(sidecar.ApiSocket);
        Assert.Equal(("controller", true, ""), (status.Role, status.View.Ready, status.View.Problem));
        Assert.True(sidecar.Faults.Count == 0, string.Join('\n', sidecar.Faults));
        Assert.Equal(0, after.HookThreads);
        Assert.InRange(after.Threads, 1, idle.Threads + MoreThreads);
        Assert.InRange(after.Descriptors, 1, idle.Descriptors + MoreDescriptors);
        Assert.InRange(most, 1, MostKib);
        if (warmUp >= SteadyAfter)
        {
            Assert.InRange(most, 1, (long)(warm * MostGrowth));
        }
    }

    private static void AssertServes(FuzzedSidecar sidecar, int number)
    {
        var verdict = HookLane.Submit(sidecar.HookSocket, $"{number:x32}");
        Assert.Equal((Wire.Hooks.Verdict.Types.Answer.Accept, 100L), (verdict.Answer, verdict.Amount));
    }

    /// <returns>The most memory that was seen meanwhile, in KiB.</returns>
    private static async Task<long> ThrowAsync(FuzzedSidecar sidecar, int seed, long count, Action<string> tell)
    {
        var (hooks, apis, told) = (0L, 0L, Stopwatch.GetTimestamp());
        var lanes = Enumerable
            .Range(0, HookLanes)
            .Select(lane =>
                Task.Factory.StartNew(
                    () =>
                    {
                        using var hook = new HookLane(sidecar.HookSocket, new Random(HashCode(seed, lane)));
                        while (Interlocked.Read(ref hooks) < count && sidecar.IsAlive)
                        {
                            Interlocked.Add(ref hooks, hook.Run());
                            if (lane == 0 && Stopwatch.GetElapsedTime(told) > TimeSpan.FromSeconds(30))
                            {
                                told = Stopwatch.GetTimestamp();
                                tell($"{Interlocked.Read(ref hooks)} frames, {sidecar.Vitals}");
                            }
                        }
                    },
                    TaskCreationOptions.LongRunning
                )
            )
            .ToList();
        lanes.AddRange(
            Enumerable
                .Range(0, ApiLanes)
                .Select(lane =>
                    Task.Run(async () =>
                    {
                        using var api = new ApiLane(sidecar.ApiSocket, new Random(HashCode(seed, HookLanes + lane)));
                        while (Interlocked.Read(ref apis) < count / ApiShare && sidecar.IsAlive)
                        {
                            Interlocked.Add(ref apis, await api.RunAsync());
                        }
                    })
                )
        );
        var (all, most) = (Task.WhenAll(lanes), 0L);
        while (await Task.WhenAny(all, Task.Delay(SampleInterval)) != all && sidecar.IsAlive)
        {
            most = Math.Max(most, sidecar.Vitals.RssKib);
        }

        await all;
        Assert.True(sidecar.IsAlive, sidecar.Last);
        return Math.Max(most, sidecar.Vitals.RssKib);
    }

    // string.GetHashCode and its like differ from process to process.
    private static int HashCode(int seed, int lane) => unchecked((seed * 1_000_003) + lane);

    // Connections that were left are noticed, holds that no listing shows are released.
    private static async Task<Vitals> SettledAsync(FuzzedSidecar sidecar, Vitals idle)
    {
        var vitals = sidecar.Vitals;
        for (var i = 0; i < 50 && (vitals.HookThreads > 0 || vitals.Descriptors > idle.Descriptors + MoreDescriptors); i++)
        {
            await Task.Delay(200);
            vitals = sidecar.Vitals;
        }

        return vitals;
    }
}
