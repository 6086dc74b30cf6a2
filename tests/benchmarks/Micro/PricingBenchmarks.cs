using BenchmarkDotNet.Attributes;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>A price, of the sidecar's pure part alone.</summary>
public class PricingBenchmarks
{
    private static readonly JobRequest List = Site.Plain with { Partitions = ["normal", "large", "gpu"] };
    private static readonly JobRequest Array = Site.Plain with { ArrayTasks = 1000 };
    private static readonly JobRequest Nodes = Site.Plain with { Partitions = ["whole"], MinNodes = 16, MaxNodes = 16 };

    [Benchmark(Description = "price: 16 tasks")]
    public object Plain() => Price(Site.Plain);

    [Benchmark(Description = "price: GPUs and memory")]
    public object GpusAndMemory() => Price(Site.Gpus);

    [Benchmark(Description = "price: a list of three partitions")]
    public object ListOfPartitions() => Price(List);

    [Benchmark(Description = "price: an array of 1000 tasks")]
    public object ArrayOfTasks() => Price(Array);

    [Benchmark(Description = "price: 16 whole nodes")]
    public object WholeNodes() => Price(Nodes);

    private static Quote Price(JobRequest request) => Quoter.Quote(request, Site.Cluster, Site.Settings);
}
