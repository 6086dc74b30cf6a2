using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;

namespace SlurmBanking.Contract.Tests;

/// <summary>Asks a bank everything by running the tests in a process of their own, and tells what came of it as a table.</summary>
internal static class Inquiry
{
    /// <returns>0 when nothing failed, 1 when something did, 2 when it could not be asked.</returns>
    public static async Task<int> Run(string url, string accounts, TextWriter output, TextWriter error)
    {
        if (await Obstacle(url, accounts) is { } obstacle)
        {
            await error.WriteLineAsync($"contract: {obstacle}");
            return 2;
        }

        var results = Directory.CreateTempSubdirectory("contract-");
        try
        {
            var start = new ProcessStartInfo(
                Environment.ProcessPath!,
                ["--report-trx", "--report-trx-filename", "contract.trx", "--results-directory", results.FullName, "--progress", "off"]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            start.Environment[BankUnderTest.UrlVariable] = url;
            start.Environment[BankUnderTest.AccountsVariable] = Path.GetFullPath(accounts);
            using var tests = Process.Start(start)!;
            var said = await tests.StandardOutput.ReadToEndAsync();
            await tests.WaitForExitAsync();
            var report = Path.Combine(results.FullName, "contract.trx");
            if (!File.Exists(report))
            {
                await error.WriteLineAsync($"contract: the questions ended without a report: {said}");
                return 2;
            }

            return Tell(url, XDocument.Load(report), output);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    private static async Task<string?> Obstacle(string url, string accounts)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", UserInfo: "", Query: "" })
        {
            return $"'{url}' is not the address of a bank such as https://bank.example.org/mybrc-rest/";
        }

        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BankUnderTest.TokenVariable)))
        {
            return $"a staff token is needed in {BankUnderTest.TokenVariable}";
        }

        try
        {
            Prepared.Read(accounts);
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            using var answer = await client.GetAsync(address);
            return null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return $"{accounts} can't be read: {exception.Message}";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return $"{address} does not answer: {exception.Message}";
        }
    }

    private static int Tell(string url, XDocument report, TextWriter output)
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        var classes = report
            .Descendants(trx + "UnitTest")
            .ToDictionary(
                static test => (string)test.Attribute("id")!,
                test =>
                    ((string)test.Element(trx + "TestMethod")!.Attribute("className")!)
                        .Split('.')[^1]
                        .Replace("Tests", "", StringComparison.Ordinal)
            );
        var answers = report
            .Descendants(trx + "UnitTestResult")
            .Select(result =>
                (
                    About: classes[(string)result.Attribute("testId")!],
                    Question: Words((string)result.Attribute("testName")!),
                    Verdict: (string)result.Attribute("outcome")! switch
                    {
                        "Passed" => "passed",
                        "NotExecuted" => "not asked",
                        _ => "failed",
                    },
                    Why: string.Concat(
                        result.Descendants().Where(part => part.Name.LocalName is "Message" or "StdOut").Select(static part => part.Value)
                    )
                )
            )
            .OrderBy(static answer => answer.About, StringComparer.Ordinal)
            .ThenBy(static answer => answer.Question, StringComparer.Ordinal)
            .ToList();
        output.WriteLine($"asked of {url}:");
        foreach (var answer in answers)
        {
            output.WriteLine($"{answer.Verdict, -9}  {answer.About, -14}  {answer.Question}");
            if (answer.Verdict != "passed")
            {
                output.WriteLine($"           {answer.Why.Trim().ReplaceLineEndings("\n           ")}");
            }
        }

        int Count(string verdict) => answers.Count(answer => answer.Verdict == verdict);
        output.WriteLine($"{Count("passed")} passed, {Count("failed")} failed, {Count("not asked")} not asked");
        return Count("failed") == 0 && Count("passed") > 0 ? 0 : 1;
    }

    // Namespace.Class.A_name_of_a_test(argument: "value")
    private static string Words(string test)
    {
        var name = test.Split('(')[0];
        return name.Split('.')[^1].Replace('_', ' ') + test[name.Length..];
    }
}
