using BenchmarkDotNet.Attributes;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>What is read now and then: the configuration, and lists of hosts.</summary>
public class TextBenchmarks
{
    private const string Few = "n[1-3,07],gpu4";

    // 20 racks of 100 and some that go their own way: 2400 names.
    private static readonly string Many =
        string.Join(',', Enumerable.Range(1, 20).Select(static rack => $"r{rack}n[001-100]"))
        + $",{string.Join(',', Enumerable.Range(1, 400).Select(static i => $"x{i}"))}";

    private static readonly string Example = Read("bank-config.toml.example");

    [Benchmark(Description = "configuration: the example read and checked")]
    public object Configuration() => BankConfigReader.Read(Example, "bank-config.toml").Settings!;

    [Benchmark(Description = "hostlist: 5 names")]
    public int ShortList() => Hostlist.Expand(Few).Count();

    [Benchmark(Description = "hostlist: 2400 names")]
    public int LongList() => Hostlist.Expand(Many).Count();

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TextBenchmarks).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
