using BenchmarkDotNet.Attributes;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Tests;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Terms;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>
/// A decision: its pure part, and all of it behind the plugins' socket, on an account whose headroom is known. What was accepted is let
/// go of between iterations; nobody commits meanwhile.
/// </summary>
public class DecisionBenchmarks
{
    // As many as fit into memory comfortably.
    private const int Decisions = 8192;

    private static readonly Quote.Priced Priced = (Quote.Priced)Quoter.Quote(Site.Plain, Site.Cluster, Site.Settings);
    private static readonly Headroom Ample = new(Given.Su(1_000_000), null, null, Given.Noon);
    private static readonly Headroom Little = new(Given.Su(10), null, null, Given.Noon);

    private WarmDesk _desk = null!;
    private int _next;

    [GlobalSetup(Targets = [nameof(Accepts), nameof(Refuses)])]
    public void Pure() { }

    [GlobalSetup(Targets = [nameof(TellerAccepts), nameof(SocketAccepts)])]
    public void Rich() => _desk = WarmDesk.Rich();

    [GlobalSetup(Targets = [nameof(TellerRefuses), nameof(SocketRefuses)])]
    public void Poor() => _desk = WarmDesk.Poor();

    [IterationCleanup(Targets = [nameof(TellerAccepts), nameof(SocketAccepts), nameof(TellerRefuses), nameof(SocketRefuses)])]
    public void Clear() => _desk.Clear();

    [GlobalCleanup(Targets = [nameof(TellerAccepts), nameof(SocketAccepts), nameof(TellerRefuses), nameof(SocketRefuses)])]
    public void Close() => _desk.Dispose();

    [Benchmark(Description = "decide: fits")]
    public bool Accepts() => Decide(Ample);

    [Benchmark(Description = "decide: does not fit")]
    public bool Refuses() => Decide(Little);

    [Benchmark(Description = "teller: accepted")]
    [InvocationCount(Decisions, 16)]
    public bool TellerAccepts() => Submit();

    [Benchmark(Description = "teller: refused")]
    [InvocationCount(Decisions, 16)]
    public bool TellerRefuses() => Submit();

    [Benchmark(Description = "from the socket to the socket: accepted")]
    [InvocationCount(Decisions, 16)]
    public int SocketAccepts() => _desk.Ask();

    [Benchmark(Description = "from the socket to the socket: refused")]
    [InvocationCount(Decisions, 16)]
    public int SocketRefuses() => _desk.Ask();

    private bool Submit()
    {
        _next++;
        return _desk.Teller.Submit(Given.Id(_next), WarmDesk.Request).Decision.Accepted;
    }

    private static bool Decide(Headroom headroom) =>
        Decider
            .Decide(
                Priced,
                Site.Account,
                Site.Uid,
                headroom,
                new Tally(ServiceUnits.Zero, 0),
                new Tally(ServiceUnits.Zero, 0),
                null,
                Site.Settings.Policy,
                Given.Noon
            )
            .Accepted;
}
