namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>One picture.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Unit">Grafana's name of the unit: "s", "reqps", "short", "percentunit", "bytes" …</param>
/// <param name="Help">How to read it, and what is normal.</param>
/// <param name="Queries">PromQL and legend of each series; with <see cref="Limit"/> one.</param>
public sealed record Panel(string Title, string Unit, string Help, params (string Query, string Legend)[] Queries)
{
    /// <summary>One number instead of a curve, red from this on; null for a curve.</summary>
    public double? Limit { get; init; }

    /// <summary>Red below <see cref="Limit"/> instead of from it on.</summary>
    public bool IsBadBelow { get; init; }
}
