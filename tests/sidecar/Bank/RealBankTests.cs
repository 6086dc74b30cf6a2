using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>Headroom as our own bank tells it: by its balance, and the same to who asks only what the contract has.</summary>
public sealed class RealBankTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("headroom-");
    private readonly List<string> _asked = [];
    private Process? _serving;
    private Uri _address = null!;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        await Command("account", "create", "fc_abc", "--credit", "5");
        await Command("account", "member", "fc_abc", "1000", "--cap", "60");
        await Command("account", "member", "fc_abc", "1001");
        await Command("deposit", "fc_abc", "100");
        _token = (await Command("token", "create", "sidecar", "--staff")).Trim();
        _serving = Start("serve", "--url", "http://127.0.0.1:0");
        while (await _serving.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("bank listening on ", StringComparison.Ordinal))
            {
                _address = new Uri(line.Split(' ', ',')[3]);
                break;
            }
        }

        _ = _serving.StandardOutput.ReadToEndAsync();
        _ = _serving.StandardError.ReadToEndAsync();
    }

    public ValueTask DisposeAsync()
    {
        _serving?.Kill();
        _serving?.WaitForExit();
        _serving?.Dispose();
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("fc_abc", 1000, 105, 60)]
    [InlineData("fc_abc", 1001, 105, null)]
    public async Task One_question_tells_what_two_do(string account, uint uid, int left, int? leftOfUser)
    {
        var byBalance = await Read(account, uid, hidesBalance: false);
        Assert.Equal([$"/v1/accounts/{account}/balance"], _asked);
        _asked.Clear();
        var byQuestions = await Read(account, uid, hidesBalance: true);
        Assert.Equal(2, _asked.Count(static path => path.StartsWith("/can_submit_job/", StringComparison.Ordinal)));
        Assert.Equal(
            (Given.Su(left), leftOfUser is { } su ? Given.Su(su) : null, null),
            (byBalance!.Account, byBalance.User, byBalance.Refusal)
        );
        Assert.Equal((byBalance.Account, byBalance.User), (byQuestions!.Account, byQuestions.User));
    }

    [Theory]
    [InlineData("fc_none", 1000, "Account fc_none does not exist.")]
    [InlineData("fc_abc", 77, "User 77 does not exist.")]
    public async Task Who_may_submit_nothing_is_told_why(string account, uint uid, string words) =>
        Assert.Equal(words, (await Read(account, uid, hidesBalance: false))!.Refusal);

    [Fact]
    public async Task It_lists_what_the_sidecar_knows_of_partitions_and_users()
    {
        var cluster = Given.Cluster with { Name = "alpha", Associations = Associations.Of([new SlurmUserRecord(1000, "ann", "")], []) };
        await Tell(cluster);
        Assert.Equal(
            "bounded:1 cent:0.01 endless:1 free:0 gpu:1 normal:0.75 small:1 smt:1 whole:0.5",
            await List("partitions/", static one => $"{one["name"]}:{one["su_per_core_hour"]}")
        );
        Assert.Equal("ann 1001", await List("users/", static one => $"{one["username"]}"));
        await Tell(ClusterSnapshot.Of([cluster.Partitions["gpu"]], [.. cluster.Partitions["gpu"].Nodes]) with { Name = "alpha" });
        Assert.Equal("gpu:2x32", await List("partitions/", static one => $"{one["name"]}:{one["num_nodes"]}x{one["num_cores"]}"));
        Assert.Equal("ann 1001", await List("users/", static one => $"{one["username"]}"));
    }

    private async Task Tell(ClusterSnapshot cluster)
    {
        var services = new ServiceCollection();
        services
            .AddDirectoryApi(_ => _address)
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", _token));
        await using var provider = services.BuildServiceProvider();
        var news = new DirectoryNews(provider.GetRequiredService<IDirectoryApi>(), TimeProvider.System, NullLogger<DirectoryNews>.Instance);
        await news.TellAsync(_address, cluster.Name, DirectoryListing.Of(cluster, Given.Settings()), TestContext.Current.CancellationToken);
    }

    private async Task<string> List(string path, Func<JsonNode, string> text)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"{_address}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", _token);
        var answer = await http.GetStringAsync(new Uri($"/{path}", UriKind.Relative), TestContext.Current.CancellationToken);
        return string.Join(' ', JsonNode.Parse(answer)!["results"]!.AsArray().Select(one => text(one!)));
    }

    private async Task<Headroom?> Read(string account, uint uid, bool hidesBalance)
    {
        var services = new ServiceCollection();
        foreach (
            var client in new[]
            {
                services.AddBankApi(_ => _address),
                services.AddBalanceApi(_ => _address),
                services.AddLeaseApi(_ => _address),
            }
        )
        {
            client
                .ConfigureHttpClient(http => http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", _token))
                .AddHttpMessageHandler(() => new Witness(_asked, hidesBalance));
        }

        await using var provider = services.BuildServiceProvider();
        var health = new BankHealth(TimeProvider.System, NullLogger<BankHealth>.Instance);
        var reader = new HeadroomReader(
            provider.GetRequiredService<IBankApi>(),
            provider.GetRequiredService<IBalanceApi>(),
            new Leases(provider.GetRequiredService<ILeaseApi>(), static () => "", health, TimeProvider.System),
            health,
            TimeProvider.System,
            NullLogger<HeadroomReader>.Instance
        );
        return await reader.ReadAsync(account, uid, TestContext.Current.CancellationToken);
    }

    private async Task<string> Command(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await error));
        return output;
    }

    private Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "SlurmBanking.Bank"),
                [.. arguments, "--database", Path.Combine(_directory.FullName, "bank.db")]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    // Keeps what is asked; as a bank without /v1/ would, it has nothing there.
    private sealed class Witness(List<string> asked, bool hidesBalance) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Add(request.RequestUri!.AbsolutePath);
            if (hidesBalance)
            {
                request.RequestUri = new Uri(request.RequestUri.AbsoluteUri.Replace("/v1/", "/nothing/", StringComparison.Ordinal));
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
