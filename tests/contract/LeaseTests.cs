using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Contract.Tests;

/// <summary>
/// The extension by which clusters that share an account can't overdraw it together, at a bank that offers it. Leases last for a while:
/// the account is one that nothing else is asked about.
/// </summary>
public sealed class LeaseTests : ContractTests
{
    // Of each run the same, so that one finds the leases of the last and is none more.
    private static readonly string[] Names = ["contract-a", "contract-b"];

    [Fact]
    public async Task A_cluster_is_granted_a_part_and_others_leases_count_as_used()
    {
        var (a, b) = await Share();
        Assert.True(a > 0 && Math.Abs(a - b) <= 0.01m, $"{a} and {b}");
        foreach (var (asker, others) in new[] { (Names[0], b), (Names[1], a), (null, a + b) })
        {
            var balance = (await Send(HttpMethod.Get, $"v1/accounts/{Bank.Leased.Name}/balance", asker)).Json["project"]!;
            Assert.Equal(others, Amount(balance["leased"]));
            Assert.Equal(Amount(balance["limit"]) - Amount(balance["charged"]) - others, Amount(balance["available"]));
            var refusal = await Send(HttpMethod.Get, $"can_submit_job/999999999.99/{Bank.Leased.Uid}/{Bank.Leased.Name}/", asker);
            Assert.Contains(
                $"to account balance {BankUnderTest.Text(Amount(balance["charged"]) + others)} would",
                refusal.Text("message"),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_charge_uses_up_the_lease_of_its_cluster_once()
    {
        var (a, b) = await Share();
        var job = BankUnderTest.Job(Bank.Leased, "1.50");
        var path = $"jobs/{job["jobslurmid"]}/";
        Assert.Equal(HttpStatusCode.Created, (await Send(HttpMethod.Post, "jobs/", Names[0], job)).Status);
        Assert.Equal((a - 1.50m, b), await Granted());
        await Send(HttpMethod.Post, "jobs/", Names[0], job);
        await Send(HttpMethod.Put, path, Names[0], job);
        Assert.Equal((a - 1.50m, b), await Granted());
        job["amount"] = "2.25";
        await Send(HttpMethod.Put, path, Names[0], job);
        Assert.Equal((a - 2.25m, b), await Granted());
        // What comes back raises no lease; nor does a client that names no cluster take from one.
        job["amount"] = "0.00";
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Put, path, Names[0], job)).Status);
        var other = BankUnderTest.Job(Bank.Leased, "0.50");
        await Bank.Post(other);
        Assert.Equal((a - 2.25m, b), await Granted());
    }

    [Fact]
    public async Task A_lease_is_not_lowered_but_by_its_cluster()
    {
        var (a, b) = await Share();
        await Renew(0, want: 999_999_999.99m, Names[1]);
        Assert.Equal((a, true), (Amount((await Renew(0, a, Names[0]))["granted"]), (await Granted()).B >= b));
        // It is asked for what the other wants in vain, and gives it.
        var asked = Amount((await Renew(0, a, Names[0]))["asked_back"]);
        Assert.True(asked > 0 && asked <= a, $"{asked} of {a}");
        Assert.Equal(a - asked, Amount((await Renew(0, a - asked, Names[0]))["granted"]));
        Assert.True(Amount((await Renew(0, 999_999_999.99m, Names[1]))["granted"]) >= b + asked);
    }

    [Fact]
    public async Task What_is_held_beyond_the_lease_is_told()
    {
        await Share();
        var answer = await Renew(held: 900_000_000m, want: 900_000_000m, Names[0]);
        Assert.Equal(900_000_000m - Amount(answer["granted"]), Amount(answer["uncovered"]));
    }

    [Fact]
    public async Task A_request_for_less_than_is_held_or_without_the_right_is_refused()
    {
        await Share();
        var less = """{"project":{"held":"2.00","want":"1.00"}}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await Bank.Send(HttpMethod.Put, Path(Names[0]), less)).Status);
        var good = """{"project":{"held":"0.00","want":"0.00"}}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await Bank.Send(HttpMethod.Put, Path(Names[0]), good, Bank.Reader)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(HttpMethod.Get, $"can_submit_job/1/1/{Bank.Leased.Name}/", "a b")).Status);
    }

    // Both want nothing, until what is idle is halved.
    private async Task<(decimal A, decimal B)> Share()
    {
        var first = await Bank.Send(HttpMethod.Put, Path(Names[0]), """{"project":{"held":"0.00","want":"0.00"}}""");
        Assert.SkipWhen(first.Status == HttpStatusCode.NotFound, "the bank offers no leases");
        for (var round = 0; round < 2; round++)
        {
            foreach (var name in Names)
            {
                await Renew(0, 0, name);
            }
        }

        return await Granted();
    }

    private async Task<JsonNode> Renew(decimal held, decimal want, string cluster)
    {
        var wish = new JsonObject { ["held"] = BankUnderTest.Text(held), ["want"] = BankUnderTest.Text(want) };
        var body = new JsonObject { ["project"] = wish }.ToJsonString();
        var answer = await Bank.Send(HttpMethod.Put, Path(cluster), body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return answer.Json["project"]!;
    }

    private async Task<(decimal A, decimal B)> Granted() =>
        (
            Amount((await Bank.Get(Path(Names[0]))).Json["project"]!["granted"]),
            Amount((await Bank.Get(Path(Names[1]))).Json["project"]!["granted"])
        );

    private Task<BankUnderTest.Answer> Send(HttpMethod method, string path, string? cluster, JsonObject? job = null) =>
        Bank.Send(method, path, job?.ToJsonString(), cluster: cluster);

    private string Path(string cluster) => $"v1/accounts/{Uri.EscapeDataString(Bank.Leased.Name)}/leases/{cluster}";

    private static decimal Amount(JsonNode? text) => decimal.Parse(text!.GetValue<string>(), CultureInfo.InvariantCulture);
}
