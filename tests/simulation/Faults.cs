namespace SlurmBanking.Simulation.Tests;

/// <summary>How bad this seed's world is; each seed switches on some of it (a swarm), and in the end all of it is over.</summary>
internal sealed class Faults(Random random)
{
    /// <summary>Share of questions, answers, reports and listings that get lost.</summary>
    public double Loss { get; init; }

    /// <summary>Share of requests that arrive twice.</summary>
    public double Doubling { get; init; }

    /// <summary>Longest delay on the wire.</summary>
    public TimeSpan Slowness { get; init; }

    public bool Healed { get; set; }

    public bool Loses() => !Healed && random.NextDouble() < Loss;

    public bool Doubles() => !Healed && random.NextDouble() < Doubling;

    // Mostly quick, now and then slow.
    public TimeSpan Latency() =>
        Healed || random.NextDouble() < 0.7 ? TimeSpan.FromMilliseconds(random.Next(1, 40)) : Slowness * random.NextDouble();
}
