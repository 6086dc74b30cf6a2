using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

public sealed class PartedTests
{
    /// <summary>
    /// A dictionary of 300 000 takes 20 MB at once to grow, and the time to fill them; here it is at most the step from one part to
    /// many, of 4096.
    /// </summary>
    [Fact]
    public void It_grows_a_little_at_a_time()
    {
        var ids = Enumerable.Range(0, 300_000).Select(static _ => HoldId.New()).ToArray();
        var parted = new Parted<HoldId, string>();
        parted[ids[0]] = "";
        var most = 0L;
        foreach (var id in ids)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            parted[id] = "";
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(ids.Length, parted.Count);
        Assert.InRange(most, 1, 600_000);
    }

    [Fact]
    public void Job_ids_that_follow_one_another_are_spread_as_well()
    {
        var parted = new Parted<uint, uint>();
        var most = 0L;
        for (uint job = 1; job <= 300_000; job++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            parted.TryAdd(job, job);
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(most, 1, 600_000);
    }

    [Theory]
    [InlineData(1, 3_000)]
    [InlineData(2, 60_000)]
    public void It_says_what_a_dictionary_says(int seed, int steps)
    {
        var random = new Random(seed);
        var (parted, plain) = (new Parted<uint, int>(), new Dictionary<uint, int>());
        for (var step = 0; step < steps; step++)
        {
            var key = (uint)random.Next(steps / 2);
            switch (random.Next(5))
            {
                case 0:
                    Assert.Equal(plain.TryAdd(key, step), parted.TryAdd(key, step));
                    break;
                case 1:
                    Assert.Equal(plain.Remove(key, out var gone), parted.Remove(key, out var goneToo));
                    Assert.Equal(gone, goneToo);
                    break;
                default:
                    plain[key] = parted[key] = step;
                    break;
            }

            var asked = (uint)random.Next(steps / 2);
            Assert.Equal(plain.TryGetValue(asked, out var value), parted.TryGetValue(asked, out var valueToo));
            Assert.Equal((value, plain.ContainsKey(asked)), (valueToo, parted.ContainsKey(asked)));
            Assert.Equal(plain.GetValueOrDefault(asked), parted.GetValueOrDefault(asked));
            Assert.Equal(plain.Count, parted.Count);
        }

        Assert.Equal(plain.OrderBy(static pair => pair.Key), parted.Pairs.OrderBy(static pair => pair.Key));
        Assert.Equal(plain.Values.Order(), parted.Order());
        Assert.Equal(plain.Values.Order(), parted.ToArray().Order());
        Assert.Equal(plain.Keys.Order(), parted.KeysToArray().Order());
    }
}
