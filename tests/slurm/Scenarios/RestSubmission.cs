using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// Submits through slurmrestd, as games: a daemon for one request, which it takes from standard input, and whose sender it is
/// (rest_auth/local).
/// </summary>
public sealed partial class RestSubmission(BankedCluster cluster)
{
    // The API's version from which an environment is a list, and a time limit a number that may not be set.
    private const int Structured = 40;

    /// <returns>The job's id.</returns>
    public async Task<string> SubmitAsync(string account, string partition, int tasks, string script)
    {
        var version = await VersionAsync();
        var job = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["account"] = account,
            ["partition"] = partition,
            ["tasks"] = tasks,
            ["time_limit"] = version < Structured ? 2 : new { set = true, number = 2 },
            ["current_working_directory"] = "/tmp",
            ["standard_output"] = "/dev/null",
            ["standard_error"] = "/dev/null",
            ["environment"] = version < Structured ? new { PATH = "/bin:/usr/bin" } : new[] { "PATH=/bin:/usr/bin" },
        };
        var body = JsonSerializer.Serialize(new { script = $"#!/bin/sh\n{script}\n", job });
        var request =
            $"POST /slurm/v0.0.{version}/job/submit HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
        var file = Path.Combine(cluster.Directory, "rest-request");
        await File.WriteAllTextAsync(file, request);

        // Its input stays open until it has answered.
        var answer = await cluster.SlurmAsync(
            "games",
            "sh",
            "-c",
            $"{{ cat {file}; sleep 5; }} | timeout 20 slurmrestd -a rest_auth/local"
        );
        var id = JobId().Match(answer.Output);
        Assert.True(id.Success, answer.Output + answer.Error);
        return id.Groups["id"].Value;
    }

    // The newest that this slurmrestd speaks: plugins of their own up to 23.02, parsers of data from then on.
    private async Task<int> VersionAsync()
    {
        var listed = await cluster.SlurmAsync("games", "sh", "-c", "slurmrestd -s list 2>&1; slurmrestd -d list 2>&1");
        return Version().Matches(listed.Output).Max(static match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"v0\.0\.(?<number>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();

    [GeneratedRegex(@"""job_id"": ?(?<id>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JobId();
}
