using SlurmBanking.Telemetry.Tests.Boards;

namespace SlurmBanking.Telemetry.Tests;

/// <summary>
/// The dashboards in the chart are what Boards says, and each of their queries is one that Prometheus understands. That they name
/// only metrics which are there is tested with the sources (Architecture).
/// </summary>
public sealed class BoardTests
{
    public static TheoryData<string> Names => [.. AllBoards.List.Select(static board => board.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_chart_has_the_dashboard_as_its_source_says(string name)
    {
        var (board, file) = (AllBoards.List.Single(board => board.Name == name), $"charts/slurm-banking/files/dashboards/{name}.json");
        var json = BoardJson.Render(board);
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            File.WriteAllText(Tree.PathOf(file), json);
        }

        Assert.Equal(json, Tree.Read(file));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Prometheus_understands_every_query(string name)
    {
        // Grafana puts these in; a rule file is the one way to have promtool look at expressions.
        var queries = AllBoards
            .List.Single(board => board.Name == name)
            .Panels.SelectMany(static panel => panel.Queries)
            .Select(static query => query.Query.Replace("$__rate_interval", "5m").Replace("$instance", ".*"))
            .ToList();
        Assert.NotEmpty(queries);
        var rules = queries.Select(static (query, i) => $"      - {{record: 'a:{i}', expr: '{query.Replace("'", "''")}'}}\n");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "groups:\n  - name: all\n    rules:\n" + string.Concat(rules));
            var (exitCode, output) = await Promtool.RunAsync("check", "rules", file);
            Assert.True(exitCode == 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_panel_says_what_it_shows()
    {
        var panels = AllBoards.List.SelectMany(static board => board.Panels).ToList();
        Assert.Equal(
            [],
            panels.Where(static panel => panel.Title.Length == 0 || panel.Unit.Length == 0).Select(static panel => panel.Title)
        );
        Assert.Equal(panels.Count, panels.Select(static panel => panel.Title).Distinct(StringComparer.Ordinal).Count());
    }
}
