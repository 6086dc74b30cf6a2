using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// sbank reconcile on a Slurm with slurmdbd: jobs that ran before there was a sidecar, and a record that somebody changed at the
/// bank. What each run must cost is what slurmctld itself shows.
/// </summary>
public sealed class ReconciliationTests : IAsyncLifetime
{
    // None of our plugins, and what ran is forgotten before there is a sidecar that could find it in the queue. The configuration
    // names job_submit plugins; of two lines Slurm takes the last, and this one only wants a time limit.
    private const string Before = "MinJobAge=2\nJobSubmitPlugins=require_timelimit\nJobCompType=jobcomp/none\nPlugStackConfig=/dev/null";

    private readonly BankedCluster _cluster = new()
    {
        Settings =
        [
            ("ACCOUNTING", "1"),
            ("SIDECAR", "0"),
            ("EXTRA_CONF", Before),
            ("PRICES", Bill.Prices),
            ("CONFIG_EXTRA", BankedCluster.SidecarSection),
        ],
        HasSbank = true,
    };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Jobs_from_before_are_imported_and_what_was_changed_at_the_bank_is_put_back()
    {
        var since = DateTime.Now.AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var bill = new Bill(_cluster, await _cluster.OpenAccountAsync(1_000_000));

        // On normal a CPU-second is 0.342933… SU: what is billed is rounded.
        var plain = await bill.SubmitAsync("-p normal -n3", "sleep 2");
        await bill.SubmitAsync("-p debug -n1 --array=1-3", "sleep 1");
        var cancelled = await bill.SubmitAsync("-p debug -n2", "sleep 60");
        var twice = await bill.SubmitAsync("-p normal -n1 --requeue", bill.Gated("open"));
        var waits = await bill.SubmitAsync("-p debug -n1 --begin=now+1hour", "true");
        await bill.RequeueAsync(twice);
        await bill.StartSoonAsync(twice);
        await bill.UntilAsync("it runs", jobs => jobs.Any(job => job.JobId == cancelled && job.State == "RUNNING"));
        await _cluster.SlurmAsync(null, "scancel", cancelled, waits);
        bill.Open("open");
        await bill.UntilAsync("slurmctld has forgotten them", static jobs => jobs.Count == 0);
        await _cluster.MustAsync("start", "sidecar");

        // Three plain runs, three tasks, and two of the job that was requeued; of the one that only waited nothing.
        await AccountedAsync(since, runs: 7);
        Assert.Empty(await _cluster.BookedAsync(bill.Account));
        var seen = await ReconcileAsync(since);
        Assert.Equal((1, "missing"), (seen.Code, Assert.Single(Kinds(seen.Answer).Distinct())));
        Assert.Equal(7, seen.Answer.GetProperty("differences").GetInt32());
        Assert.Empty(await _cluster.BookedAsync(bill.Account));

        var posted = await ReconcileAsync(since, "--post");
        Assert.Equal((1, 7), (posted.Code, posted.Answer.GetProperty("posted").GetInt32()));
        await bill.IsRightAsync();
        Assert.Null(await _cluster.CostAsync(bill.Account, waits));
        var again = await ReconcileAsync(since, "--post");
        Assert.Equal(
            (0, 7, 0),
            (again.Code, again.Answer.GetProperty("runs").GetInt32(), again.Answer.GetProperty("differences").GetInt32())
        );

        // Somebody changes a record at the bank.
        var right = await _cluster.CostAsync(bill.Account, plain);
        await ChangeAtTheBankAsync(plain, "1234.50");
        Assert.Equal(1234.50m, await _cluster.CostAsync(bill.Account, plain));
        var table = await _cluster.SbankAsync(null, "reconcile", "--since", since);
        Assert.Equal(1, table.ExitCode);
        Assert.Matches($@"(?m)^ *amount +{plain} +{bill.Account} .* {right:0.00} +1234\.50 ", table.Output);
        Assert.Contains("7 runs compared, 1 differences, 0 remarks, 0 posted", table.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await ReconcileAsync(since, "--post")).Answer.GetProperty("posted").GetInt32());
        await _cluster.EventuallyAsync(async () => await _cluster.CostAsync(bill.Account, plain) == right, "it is put back");
        Assert.Equal(0, (await ReconcileAsync(since, "--post")).Code);
        Assert.Contains("the books balance", await _cluster.BankAsync("verify"), StringComparison.Ordinal);

        // Not for everybody.
        var stranger = await _cluster.SbankAsync("games", "reconcile", "--since", since);
        Assert.Equal(4, stranger.ExitCode);
        Assert.Contains("only root and SlurmUser", stranger.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Kinds(JsonElement answer) =>
        answer.GetProperty("items").EnumerateArray().Select(static difference => difference.GetProperty("kind").GetString());

    // slurmdbd hears of ends a little later than the queue.
    private Task AccountedAsync(string since, int runs) =>
        _cluster.EventuallyAsync(
            async () => (await ReconcileAsync(since)).Answer.GetProperty("runs").GetInt32() == runs,
            $"accounting has {runs} runs that are over",
            60
        );

    private async Task<(int Code, JsonElement Answer)> ReconcileAsync(string since, params string[] more)
    {
        var result = await _cluster.SbankAsync(null, ["reconcile", "--since", since, "--json", .. more]);
        Assert.True(result.ExitCode is 0 or 1, result.Error);
        return (result.ExitCode, JsonDocument.Parse(result.Output).RootElement.Clone());
    }

    private async Task ChangeAtTheBankAsync(string job, string amount)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_cluster.Variables["BANK_URL"]) };
        client.DefaultRequestHeaders.Add("Authorization", "Token " + _cluster.Variables["BANK_TOKEN"]);
        var place = new Uri($"/jobs/{job}/", UriKind.Relative);
        var record = JsonNode.Parse(await client.GetStringAsync(place))!.AsObject();
        record["amount"] = amount;
        using var content = new StringContent(record.ToJsonString(), Encoding.UTF8, "application/json");
        (await client.PutAsync(place, content)).EnsureSuccessStatusCode();
    }
}
