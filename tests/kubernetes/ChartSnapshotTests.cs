namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Named cases of values, and what comes of them: charts/CASE/values.yaml and objects.yaml. The latter leaves out what is as in the
/// case "default", and the three files that are put in as they are (<see cref="ChartTests"/>). UPDATE=1 writes them anew; "git diff" is
/// then what is to be read.
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartSnapshotTests(ApiServerFixture server)
{
    private const string Default = "default";
    private static readonly string Cases = Tree.In("tests", "kubernetes", "charts");
    private static readonly string[] LeftOut = ["crd.yaml", "monitoring-dashboards.yaml", "monitoring-rules.yaml"];

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Cases).Select(static path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_case_is_rendered_as_it_was(string name)
    {
        var documents = await DocumentsAsync(name);
        if (name != Default)
        {
            documents = [.. documents.Except(await DocumentsAsync(Default), StringComparer.Ordinal)];
        }

        var (rendered, file) = ($"---\n{string.Join("\n---\n", documents)}\n", Path.Combine(Cases, name, "objects.yaml"));
        if (System.Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            await File.WriteAllTextAsync(file, rendered);
            return;
        }

        var actual = server.In($"{name}.yaml");
        await File.WriteAllTextAsync(actual, rendered);
        var diff = await Command.RunAsync("diff", ["-u", "--label", "objects.yaml", "--label", "rendered", file, actual]);
        Assert.True(diff.Succeeded, $"{name} (UPDATE=1 writes it anew):\n{diff.Output}{diff.Error}");
    }

    private async Task<List<string>> DocumentsAsync(string name)
    {
        var values = Path.Combine(Cases, name, "values.yaml");
        var rendered = await RenderedChart.OfAsync(server, "-f", values, "--api-versions", "monitoring.coreos.com/v1");
        return
        [
            .. ("\n" + rendered.Text)
                .Split("\n---\n")
                .Select(static document => document.Trim('\n'))
                .Where(static document =>
                    document.Length > 0 && !LeftOut.Any(file => document.Contains($"/templates/{file}\n", StringComparison.Ordinal))
                ),
        ];
    }
}
