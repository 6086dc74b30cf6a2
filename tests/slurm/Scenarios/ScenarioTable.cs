using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// What each way of submitting, changing and ending a job cost: printed when the suite ends, and left in artifacts/scenarios as
/// Markdown, a file for each release of Slurm.
/// </summary>
public sealed class ScenarioTable : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Part, string Scenario, string Expected, string Actual)> _rows = new();

    /// <summary>Slurm's release; "" until a cluster is up.</summary>
    public string Release { get; set; } = "";

    /// <summary>Where the table is left.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Enters a row; then the amounts must be equal, to the hundredth.</summary>
    public void Check(string part, string scenario, decimal expected, decimal? actual)
    {
        Enter(part, scenario, Amount(expected), actual is { } amount ? Amount(amount) : "nothing");
        Assert.Equal(expected, actual);
    }

    /// <summary>Waits for a scenario; one that comes to no end has a row that says so.</summary>
    public async Task<T> TryAsync<T>(string part, string scenario, Task<T> running)
    {
        try
        {
            return await running;
        }
        catch
        {
            Enter(part, scenario, "", "no end");
            throw;
        }
    }

    private void Enter(string part, string scenario, string expected, string actual) => _rows.Enqueue((part, scenario, expected, actual));

    public async ValueTask DisposeAsync()
    {
        if (_rows.IsEmpty)
        {
            return;
        }

        var right = _rows.Count(static row => row.Expected == row.Actual);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Slurm {Release}: {right} of {_rows.Count} scenarios as calculated by hand.");
        foreach (var part in _rows.GroupBy(static row => row.Part))
        {
            text.AppendLine()
                .AppendLine(CultureInfo.InvariantCulture, $"| {part.Key} | expected SU | actual SU |")
                .AppendLine("|---|---|---|");
            foreach (var (_, scenario, expected, actual) in part)
            {
                var mark = expected == actual ? "" : " **wrong**";
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {scenario.Replace("|", "\\|", StringComparison.Ordinal)} | {expected} | {actual}{mark} |"
                );
            }
        }

        Console.WriteLine();
        Console.WriteLine(text);
        System.IO.Directory.CreateDirectory(Directory);
        await File.WriteAllTextAsync(Path.Combine(Directory, $"slurm-{Release}.md"), text.ToString());
    }

    private static string Amount(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
