using FsCheck.Xunit;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.Pricing;

public sealed class TresCountsTests
{
    [Theory]
    [InlineData("cpu=4,mem=16G,node=1,billing=4", "cpu", 4)]
    [InlineData("cpu=4,mem=16G,node=1,billing=4", "mem", 16_384)]
    [InlineData("1=4,2=16384,4=2,5=4", "cpu", 4)]
    [InlineData("1=4,2=16384,4=2,5=4", "mem", 16_384)]
    [InlineData("1=4,2=16384,4=2,5=4", "node", 2)]
    [InlineData("mem=512M", "mem", 512)]
    [InlineData("mem=512", "mem", 512)]
    [InlineData("mem=1.50T", "mem", 1_572_864)]
    [InlineData("mem=1K", "mem", 1)]
    [InlineData("cpu=2K", "cpu", 2_048)]
    [InlineData("gres/gpu=2,gres/gpu:tesla=2", "gres/gpu:tesla", 2)]
    [InlineData("cpu=4", "gres/gpu", 0)]
    [InlineData("cpu=-4", "cpu", 0)]
    [InlineData("cpu=", "cpu", 0)]
    [InlineData("=4", "", 0)]
    [InlineData("cpu=99999999999999999999", "cpu", 0)]
    [InlineData("cpu=999E", "cpu", 0)]
    [InlineData("cpu=999999999999999E,mem=999999999999999E", "cpu", 0)]
    [InlineData("N/A", "cpu", 0)]
    [InlineData(null, "cpu", 0)]
    public void An_allocation_is_read_as_slurm_writes_it(string? text, string name, long count) =>
        Assert.Equal(count, TresCounts.Parse(text)[name]);

    [Theory]
    [InlineData("gres:gpu:2", "gres/gpu", 2)]
    [InlineData("gres:gpu", "gres/gpu", 1)]
    [InlineData("gres/gpu:2", "gres/gpu", 2)]
    [InlineData("gres/gpu=2", "gres/gpu", 2)]
    [InlineData("gres/gpu:tesla:2", "gres/gpu", 2)]
    [InlineData("gres/gpu:tesla:2", "gres/gpu:tesla", 2)]
    [InlineData("gres/gpu:tesla", "gres/gpu", 1)]
    [InlineData("gres/gpu:a100:1,gres/gpu:tesla:2", "gres/gpu", 3)]
    [InlineData("cpu=2,gres/gpu:1", "cpu", 0)]
    [InlineData("gres:", "gres/", 0)]
    [InlineData("gres:gpu:999999999999999E", "gres/gpu", 1)]
    [InlineData("license:x", "license", 0)]
    public void A_request_is_read_in_the_notation_of_every_release(string text, string name, long count) =>
        Assert.Equal(count, TresCounts.ParseRequest(text)[name]);

    [Property]
    public bool Random_text_never_throws_and_never_counts_below_zero(string? text)
    {
        var (parsed, requested) = (TresCounts.Parse(text), TresCounts.ParseRequest(text));
        return parsed.Names.All(name => parsed[name] >= 0) && requested.Names.All(name => requested[name] >= 0);
    }

    [Property]
    public bool What_is_written_is_read_back(ushort cpus, ushort nodes, int mib, byte gpus)
    {
        var counts = TresCounts.Of(("cpu", cpus), ("node", nodes), ("mem", Math.Abs((long)mib)), ("gres/gpu", gpus));
        var read = TresCounts.Parse(counts.ToString());
        return counts.Names.All(name => read[name] == counts[name]);
    }

    [Fact]
    public void A_user_who_names_thousands_of_kinds_stops_nobody()
    {
        // A megabyte; looked for one by one it would take half a minute.
        var text = string.Join(',', Enumerable.Range(0, 100_000).Select(static i => $"gres/k{i}"));
        var began = TimeProvider.System.GetTimestamp();
        var counts = TresCounts.ParseRequest(text);
        var sum = counts.Plus(counts, 2);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(3, sum["gres/k99999"]);
    }
}
