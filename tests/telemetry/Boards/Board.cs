namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>A dashboard for one kind of reader.</summary>
/// <param name="Name">Its file, and its uid.</param>
/// <param name="Title">What Grafana calls it.</param>
/// <param name="Rows">From top to bottom.</param>
public sealed record Board(string Name, string Title, params Row[] Rows)
{
    public IEnumerable<Panel> Panels => Rows.SelectMany(static row => row.Panels);
}
