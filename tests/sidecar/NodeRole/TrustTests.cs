using Grpc.Core;
using SlurmBanking.Sidecar.Tests.Executable;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>Certificates and tokens between a node and its controller, and how they change.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly Site _site = new();

    public TrustTests() => Assert.SkipUnless(Environment.UserName == "root", "on a node only root may report starts");

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_controller_of_another_CA_is_told_nothing_until_the_bundle_has_it()
    {
        using var other = new Authority("second");
        _site.Write("ca.crt", other.Pem);
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(1);
        await node.UntilSaidAsync("ca.crt vouches for the controller's certificate");
        var status = (await _site.NodeStatusAsync()).Node;
        Assert.Equal((1UL, false), (status.Kept, status.ControllerAnswers));
        Assert.Contains("vouches", status.Problem, StringComparison.Ordinal);
        Assert.Empty(Site.Heard(controller));

        // No call came through, so that no token was shown to a stranger.
        Assert.DoesNotContain("/slurm_banking", controller.Output, StringComparison.Ordinal);
        _site.Write("ca.crt", other.Pem + _site.Ca.Pem);
        await Site.UntilHeardAsync(controller, [1]);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        _site.Show(_site.Ca.Issue("elsewhere.example.org"));
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(1);
        await node.UntilSaidAsync("is for another name");
        Assert.Empty(Site.Heard(controller));
        _site.Show(_site.Ca.Issue());
        await Site.UntilHeardAsync(controller, [1]);
    }

    [Fact]
    public async Task With_a_wrong_token_starts_are_kept_until_it_is_right()
    {
        _site.Write("node-token", "canary-of-somebody-else\n");
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(1);
        await node.UntilSaidAsync("the token is not accepted");
        Assert.Equal(1UL, (await _site.NodeStatusAsync()).Node.Kept);
        Assert.InRange(await controller.MetricAsync("slurm_banking_calls_refused_total", "Unauthenticated"), 1, 1000);
        Assert.Contains(
            "/slurm_banking.v1.Facts/ReportStarts refused to 127.0.0.1 with Unauthenticated",
            controller.Output,
            StringComparison.Ordinal
        );

        _site.Write("node-token", Site.LoginToken);
        await node.UntilSaidAsync("not for a token of scope login");
        File.Delete(_site.In("node-token"));
        await node.UntilSaidAsync("the token can't be read");
        Assert.Empty(Site.Heard(controller));
        _site.Write("node-token", Site.NodeToken);
        await Site.UntilHeardAsync(controller, [1]);
    }

    [Fact]
    public async Task Tokens_change_without_a_start_being_lost()
    {
        var controller = await _site.ControllerAsync();
        await _site.NodeAsync();
        var reported = new List<int>();
        void Report(int jobs)
        {
            for (var i = 0; i < jobs; i++)
            {
                reported.Add(reported.Count + 1);
                _site.Report(reported[^1]);
            }
        }

        Report(5);
        _site.Write("node-tokens", $"{Site.NodeToken}\n{Site.NextNodeToken}\n");
        await controller.UntilSaidAsync("node-tokens: 2 tokens are accepted");
        Report(5);
        await AcceptedAsync(Site.NodeToken, Site.NextNodeToken);
        _site.Write("node-token", Site.NextNodeToken);
        Report(5);
        _site.Write("node-tokens", Site.NextNodeToken + "\n");
        await RefusedAsync(Site.NodeToken);
        Report(5);
        await Site.UntilHeardAsync(controller, reported);
        Assert.Equal(20, reported.Count);
        await AcceptedAsync(Site.NextNodeToken);
    }

    [Fact]
    public async Task Nobody_is_let_in_by_an_empty_list_a_missing_one_or_a_token_that_could_be_guessed()
    {
        var controller = await _site.ControllerAsync();
        await AcceptedAsync(Site.NodeToken);
        _site.Write("node-tokens", "");
        await RefusedAsync(Site.NodeToken);
        _site.Write("node-tokens", $"canary-is-short\n{Site.NodeToken}\n");
        await controller.UntilSaidAsync("1 tokens of fewer than 16 characters are not accepted");
        await AcceptedAsync(Site.NodeToken);
        await RefusedAsync("canary-is-short");
        File.Delete(_site.In("node-tokens"));
        await RefusedAsync(Site.NodeToken);
        await RefusedAsync("");
        Assert.Contains("node-tokens can't be read", controller.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_CA_takes_over_while_both_are_in_the_bundle()
    {
        using var next = new Authority("second");
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(1);
        await Site.UntilHeardAsync(controller, [1]);

        _site.Write("ca.crt", _site.Ca.Pem + next.Pem);
        _site.Show(next.Issue());
        await Until.TrueAsync(() => TrustsAsync(next), () => controller.Output);
        Assert.False(await TrustsAsync(_site.Ca));

        // The connection that is open may live on; a new process makes a new one.
        node.Kill();
        node = await _site.NodeAsync();
        _site.Report(2);
        await Site.UntilHeardAsync(controller, [1, 2]);

        _site.Write("ca.crt", next.Pem);
        node.Kill();
        await _site.NodeAsync();
        _site.Report(3);
        await Site.UntilHeardAsync(controller, [1, 2, 3]);
    }

    [Fact]
    public async Task A_mounted_Secret_whose_directory_is_swapped_is_seen()
    {
        using var next = new Authority("second");
        Mount("first", _site.Ca.Issue());
        File.CreateSymbolicLink(_site.In("..data"), "first");
        foreach (var name in new[] { "tls.crt", "tls.key" })
        {
            File.Delete(_site.In(name));
            File.CreateSymbolicLink(_site.In(name), Path.Combine("..data", name));
        }

        var controller = await _site.ControllerAsync();
        Assert.True(await TrustsAsync(_site.Ca));
        Mount("second", next.Issue());
        File.CreateSymbolicLink(_site.In("..data_tmp"), "second");
        await ForeignClient.RunAsync(_site.In(), "mv", "-T", "..data_tmp", "..data");
        await Until.TrueAsync(() => TrustsAsync(next), () => controller.Output);

        void Mount(string directory, (string Certificate, string Key) pair)
        {
            Directory.CreateDirectory(_site.In(directory));
            _site.Write(Path.Combine(directory, "tls.crt"), pair.Certificate);
            _site.Write(Path.Combine(directory, "tls.key"), pair.Key);
        }
    }

    [Theory]
    [InlineData("garbage", null)]
    [InlineData(null, "garbage")]
    [InlineData(null, "")]
    public async Task A_pair_that_can_not_be_used_is_reported_and_the_old_one_stays(string? certificate, string? key)
    {
        var controller = await _site.ControllerAsync();
        Assert.InRange(await controller.MetricAsync("slurm_banking_certificate_remaining_seconds"), 80_000, 86_400);
        var (nextCertificate, nextKey) = _site.Ca.Issue();

        // A certificate whose key is another one's is the commonest mistake.
        _site.Write("tls.crt", certificate ?? nextCertificate);
        _site.Write("tls.key", key == "" ? _site.Ca.Issue().Key : key ?? nextKey);
        await controller.UntilSaidAsync("what was in force stays in force");
        Assert.True(await TrustsAsync(_site.Ca));
        await AcceptedAsync(Site.NodeToken);
    }

    [Fact]
    public async Task A_controller_without_a_certificate_runs_and_listens_as_soon_as_it_has_one()
    {
        File.Delete(_site.In("tls.crt"));
        var controller = await _site.ControllerAsync();
        await controller.UntilSaidAsync("can't be used");
        Assert.False(await TrustsAsync(_site.Ca));
        _site.Show(_site.Ca.Issue());
        await Until.TrueAsync(() => TrustsAsync(_site.Ca), () => controller.Output);
    }

    private async Task AcceptedAsync(params string[] tokens)
    {
        foreach (var token in tokens)
        {
            await Until.TrueAsync(async () => await ReportAsync(token) == StatusCode.OK, static () => "the token was not accepted");
        }
    }

    // In force within a second, so asked until it is.
    private Task RefusedAsync(string token) =>
        Until.TrueAsync(async () => await ReportAsync(token) == StatusCode.Unauthenticated, static () => "the token was not refused");

    private async Task<StatusCode> ReportAsync(string token)
    {
        try
        {
            await new Facts.FactsClient(_site.Remote()).ReportStartsAsync(new ReportStartsRequest(), Site.Bearing(token));
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    // Whether a new connection meets a certificate of this CA.
    private async Task<bool> TrustsAsync(Authority ca)
    {
        try
        {
            await new Facts.FactsClient(_site.Remote(ca)).ReportStartsAsync(new ReportStartsRequest(), Site.Bearing("none"));
            return true;
        }
        catch (RpcException e)
        {
            return e.StatusCode == StatusCode.Unauthenticated;
        }
    }
}
