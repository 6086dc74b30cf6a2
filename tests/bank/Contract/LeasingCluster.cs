using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>A cluster that decides from memory on its lease and charges what it lets in, at several banks in turn.</summary>
internal sealed class LeasingCluster(string name, string account, int seed, HttpClient[] banks)
{
    /// <summary>The dearest job, in hundredths.</summary>
    public const int Largest = 300;

    private readonly Random _random = new(seed);
    private long _lease;
    private int _requests;

    /// <summary>What it has charged, in hundredths.</summary>
    public long Charged { get; private set; }

    /// <summary>Submits jobs of 0.01 to 3.00 SU, until they are all charged or the account is used up.</summary>
    public async Task Work(int jobs, CancellationToken ending)
    {
        for (var job = 0; job < jobs; job++)
        {
            var cost = 1 + _random.Next(Largest);
            for (var tries = 0; _lease < cost; tries++)
            {
                // What it needs is told; what it is asked for is given.
                var askedBack = await Renew(held: 0, want: Math.Max(cost, 0), ending);
                if (_lease < cost && askedBack > 0)
                {
                    await Renew(held: 0, want: _lease - askedBack, ending);
                }

                if (tries == 50)
                {
                    return;
                }
            }

            await Charge($"{name}:{job}", cost, ending);
            if (job % 7 == 0)
            {
                await Renew(held: 0, want: 0, ending);
            }
        }
    }

    private async Task Charge(string id, long cost, CancellationToken ending)
    {
        var job = Bank.Job(id, account, Text(cost));
        // At once: the hold becomes a charge, and is in the memory of this cluster no more.
        _lease -= cost;
        using var answer = await Send(HttpMethod.Post, "jobs/", job, ending);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Charged += cost;
    }

    private async Task<long> Renew(long held, long want, CancellationToken ending)
    {
        _lease = Math.Min(_lease, want);
        var wish = new JsonObject
        {
            ["project"] = new JsonObject { ["held"] = Text(held), ["want"] = Text(want) },
        };
        using var answer = await Send(HttpMethod.Put, $"v1/accounts/{account}/leases/{name}", wish, ending);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ending))!["project"]!;
        long Amount(string field) => (long)(decimal.Parse(told[field]!.GetValue<string>(), CultureInfo.InvariantCulture) * 100);
        Assert.True(Amount("granted") >= _lease, $"{name} had {_lease}: {told.ToJsonString()}");
        _lease = Amount("granted");
        return Amount("asked_back");
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, JsonObject body, CancellationToken ending)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Slurm-Cluster", name);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await banks[_requests++ % banks.Length].SendAsync(request, ending);
    }

    private static string Text(long hundredths) => (hundredths / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
