using SlurmBanking.Telemetry.Tests.Boards;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// The main panels, drawn from a real Prometheus while jobs come, are refused, run and are settled, and the bank is away for a
/// while. With PICTURE=FILE it takes minutes and writes docs/dashboard.svg (make dashboard-picture); else a glance.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class DashboardPictureTests(BankedCluster cluster)
{
    private static readonly string[] Shown =
    [
        "Alerts firing",
        "Oldest undelivered record",
        "Dead letters",
        "Queue last seen",
        "Bank answers",
        "Room for state",
        "Decisions",
        "Time of a decision",
        "Where the balance came from",
        "Deliveries",
        "Records that wait",
        "The bank's answers",
        "SU held",
        "SU settled per hour",
        "Jobs",
    ];

    [Fact]
    public async Task The_main_panels_have_something_to_show()
    {
        var file = Environment.GetEnvironmentVariable("PICTURE");
        var lasts = TimeSpan.FromSeconds(file is null ? 15 : 240);
        using var prometheus = new RunningPrometheus(
            Path.Combine(BankedCluster.Root, "charts/slurm-banking/files/alerts.yaml"),
            ("slurm-banking-sidecar", new Uri(cluster.Variables["SIDECAR_URL"]).Authority),
            ("slurm-banking-bank", cluster.Variables["BANK_METRICS"])
        );
        await cluster.EventuallyAsync(async () => await prometheus.CountAsync("up == 1") == 2, "sidecar and bank are scraped");
        var begin = DateTimeOffset.UtcNow;
        await WorkAsync(lasts);
        var picture = new BoardPicture("slurm-banking: on call, and allocations", lasts.TotalSeconds);
        foreach (var title in Shown)
        {
            var panel = AllBoards.List.SelectMany(static board => board.Panels).Single(panel => panel.Title == title);
            var series = new List<Series>();
            foreach (var (query, legend) in panel.Queries)
            {
                var asked = query.Replace("$__rate_interval", "10s").Replace("$instance", ".*");
                series.AddRange(await prometheus.RangeAsync(asked, legend, begin, begin + lasts));
            }

            Assert.True(series.Count > 0, $"nothing to show in {title}");
            picture.Add(panel, series);
        }

        var svg = picture.Render();
        Assert.All(Shown, title => Assert.Contains(System.Net.WebUtility.HtmlEncode(title), svg, StringComparison.Ordinal));
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, svg);
        }
    }

    // A job each second or so, every fifth too dear; a third of the way on the bank goes away for a quarter of the time.
    private async Task WorkAsync(TimeSpan lasts)
    {
        var account = await cluster.OpenAccountAsync(2000);
        var (began, job, isAway) = (DateTimeOffset.UtcNow, 0, false);
        while (DateTimeOffset.UtcNow - began < lasts)
        {
            var part = (DateTimeOffset.UtcNow - began) / lasts;
            var shouldBeAway = part is > 0.35 and < 0.6;
            if (shouldBeAway != isAway)
            {
                await cluster.MustAsync(shouldBeAway ? "kill" : "start", "bank");
                isAway = shouldBeAway;
            }

            var size = ++job % 5 == 0 ? 100 : 1 + (job % 2);
            await cluster.SubmitAsync($"-A {account} -p debug -n{size} --time=1", $"sleep {2 + (job % 7)}");
            await Task.Delay(TimeSpan.FromMilliseconds(700));
        }

        if (isAway)
        {
            await cluster.MustAsync("start", "bank");
        }
    }
}
