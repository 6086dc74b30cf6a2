using System.Text.Json;
using System.Text.Json.Nodes;

namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>A dashboard as Grafana imports it (schema version 39, Grafana 10 and later).</summary>
public static class BoardJson
{
    private const int Columns = 24;
    private const int NumberHeight = 4;
    private const int CurveHeight = 8;
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
    };

    public static string Render(Board board)
    {
        var panels = new JsonArray();
        var (id, y) = (1, 0);
        foreach (var row in board.Rows)
        {
            panels.Add(Heading(row.Title, id++, y++));
            var height = row.Panels.All(static panel => panel.Limit is not null) ? NumberHeight : CurveHeight;
            var width = Columns / row.Panels.Length;
            for (var i = 0; i < row.Panels.Length; i++)
            {
                panels.Add(Picture(row.Panels[i], id++, Place(i * width, y, width, height)));
            }

            y += height;
        }

        var root = new JsonObject
        {
            ["uid"] = board.Name,
            ["title"] = board.Title,
            ["tags"] = new JsonArray("slurm", "slurm-banking"),
            ["schemaVersion"] = 39,
            ["editable"] = true,
            ["refresh"] = "30s",
            ["time"] = new JsonObject { ["from"] = "now-6h", ["to"] = "now" },
            ["templating"] = new JsonObject { ["list"] = new JsonArray(DataSource(), Instance()) },
            ["panels"] = panels,
        };
        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject DataSource() =>
        new()
        {
            ["name"] = "datasource",
            ["label"] = "Prometheus",
            ["type"] = "datasource",
            ["query"] = "prometheus",
        };

    private static JsonObject Instance() =>
        new()
        {
            ["name"] = "instance",
            ["label"] = "Sidecar",
            ["type"] = "query",
            ["datasource"] = Source(),
            ["query"] = "label_values(slurm_banking_duty_active, instance)",
            ["refresh"] = 2,
            ["multi"] = true,
            ["includeAll"] = true,
            ["allValue"] = ".*",
            ["current"] = new JsonObject { ["text"] = "All", ["value"] = "$__all" },
        };

    private static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    private static JsonObject Place(int x, int y, int width, int height) =>
        new()
        {
            ["x"] = x,
            ["y"] = y,
            ["w"] = width,
            ["h"] = height,
        };

    private static JsonObject Heading(string title, int id, int y) =>
        new()
        {
            ["id"] = id,
            ["type"] = "row",
            ["title"] = title,
            ["collapsed"] = false,
            ["gridPos"] = Place(0, y, Columns, 1),
            ["panels"] = new JsonArray(),
        };

    private static JsonObject Picture(Panel panel, int id, JsonObject place)
    {
        var defaults = new JsonObject { ["unit"] = panel.Unit, ["min"] = 0 };
        if (panel.Limit is { } limit)
        {
            var (below, above) = panel.IsBadBelow ? ("red", "green") : ("green", "red");
            defaults["thresholds"] = new JsonObject
            {
                ["mode"] = "absolute",
                ["steps"] = new JsonArray(
                    new JsonObject { ["color"] = below, ["value"] = null },
                    new JsonObject { ["color"] = above, ["value"] = limit }
                ),
            };
        }

        return new JsonObject
        {
            ["id"] = id,
            ["type"] = panel.Limit is null ? "timeseries" : "stat",
            ["title"] = panel.Title,
            ["description"] = panel.Help,
            ["datasource"] = Source(),
            ["gridPos"] = place,
            ["fieldConfig"] = new JsonObject { ["defaults"] = defaults, ["overrides"] = new JsonArray() },
            ["targets"] = new JsonArray([
                .. panel.Queries.Select(
                    static (query, i) =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["refId"] = $"{(char)('A' + i)}",
                                ["expr"] = query.Query,
                                ["legendFormat"] = query.Legend,
                                ["datasource"] = Source(),
                            }
                ),
            ]),
        };
    }
}
