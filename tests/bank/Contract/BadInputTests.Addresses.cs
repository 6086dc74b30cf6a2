using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Bank.Tests.V1;
using static SlurmBanking.Bank.Tests.Contract.BadValues;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>What is wrong in addresses and headers.</summary>
public abstract partial class BadInputTests<TDatabase>
{
    private async Task Addresses(string account)
    {
        string[] noCost =
        [
            "-1",
            "-0.01",
            "NaN",
            "Infinity",
            "1e3",
            "1.001",
            "123456789012",
            "1,5",
            "%20",
            "%EF%BC%91",
            "1%3BDROP",
            "0x10",
            Long,
        ];
        foreach (var cost in noCost)
        {
            await Refused(HttpMethod.Get, $"can_submit_job/{cost}/1000/{account}/", null, "job_cost");
        }

        string[] noUid = ["root", "-1", "1.5", "77777", "%27%20OR%201%3D1", "%EF%BC%91", "%3Cscript%3E", "123456789012345678901", Long];
        foreach (var uid in noUid)
        {
            await Refused(HttpMethod.Get, $"can_submit_job/1/{uid}/{account}/", null, "User");
            await Refused(HttpMethod.Put, $"v1/accounts/{account}/members/{(uid == "77777" ? "7x" : uid)}", "{}", "user");
            await Refused(HttpMethod.Delete, $"v1/accounts/{account}/members/{uid}?reason=x", null, "user");
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/balance?user={(uid == "77777" ? "" : uid)}", null, "user");
        }

        string[] noName =
        [
            "none",
            "%27%3B%20DROP%20TABLE%20accounts",
            "%3Cscript%3E",
            "%F0%9F%92%A5",
            "%1B%5B31m",
            "a%0Ab",
            "%FF",
            "..%2F..",
            Long,
        ];
        foreach (var name in noName)
        {
            await Refused(HttpMethod.Get, $"can_submit_job/1/1000/{name}/", null, "Account");
            await Refused(HttpMethod.Get, $"jobs/{name}/", null, "detail");
            // An id with a dot has no route.
            var isRouted = !name.Contains('.', StringComparison.Ordinal);
            await Refused(
                HttpMethod.Put,
                $"jobs/{name}/",
                Bank.Job("bad-2", account, "1.00").ToJsonString(),
                isRouted ? "jobslurmid" : "detail"
            );
            foreach (var part in new[] { "", "/balance", "/members", "/statement", "/leases", "/leases/c", "/changes" })
            {
                await Refused(HttpMethod.Get, $"v1/accounts/{name}{part}", null, "account");
            }

            await Refused(HttpMethod.Patch, $"v1/accounts/{name}", """{"reason":"x"}""", "account");
            await Refused(HttpMethod.Delete, $"v1/accounts/{name}/members/1000?reason=x", null, "account");
            await Refused(HttpMethod.Post, $"v1/accounts/{name}/renewals", "{}", "account");
            await Refused(HttpMethod.Put, $"v1/accounts/{name}/leases/c", """{"project":{"held":"0","want":"0"}}""", "account");
            await Refused(HttpMethod.Delete, $"v1/accounts/{name}/leases/c", """{"reason":"x"}""", "account");
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/leases/{name}", null, "cluster");
            await Refused(HttpMethod.Delete, $"v1/accounts/{account}/leases/{name}", """{"reason":"x"}""", "cluster");
            await Refused(HttpMethod.Put, $"v1/accounts/{name}/members/1000", "{}", "account");
            await Refused(HttpMethod.Post, $"v1/accounts/{name}/deposits", """{"amount":"1"}""", "account");
            await Refused(HttpMethod.Post, $"v1/accounts/{name}/adjustments", """{"amount":"1","reason":"x"}""", "account");
            await Refused(HttpMethod.Post, $"v1/jobs/{name}/refunds", """{"amount":"1","reason":"x"}""", "job");
            await Refused(HttpMethod.Get, $"v1/jobs/{name}/receipt", null, "job");
            await Refused(HttpMethod.Delete, $"v1/tokens/{name}", null, "name");
        }

        foreach (var name in new[] { "a%20b", "a%0Ab", "%09", "a%5Cb", "a%C2%A0b", Long })
        {
            await Refused(HttpMethod.Put, $"v1/accounts/{account}/leases/{name}", """{"project":{"held":"0","want":"0"}}""", "cluster");
        }

        string[] lists =
        [
            "jobs/",
            "users/",
            "partitions/",
            "v1/accounts",
            "v1/tokens",
            $"v1/accounts/{account}/members",
            $"v1/accounts/{account}/statement",
            $"v1/accounts/{account}/leases",
            $"v1/accounts/{account}/changes",
        ];
        foreach (var list in lists)
        {
            foreach (var page in new[] { "0", "-1", "x", "1.5", "99999999", "2147483648", "%00", "1e1", "" })
            {
                await Refused(HttpMethod.Get, $"{list}?page={page}", null, "page");
            }
        }

        foreach (var query in new[] { "", "?reason=", "?reason=%20", "?reason=a%0Ab", $"?reason={Long}", "?reason=a&reason=b" })
        {
            await Refused(HttpMethod.Delete, $"v1/accounts/{account}/members/1000{query}", null, "reason");
        }

        foreach (var cluster in new[] { "%20", "a%0Ab", "%1B%5B31m", "a%5Cb", Long })
        {
            await Refused(HttpMethod.Put, $"v1/clusters/{cluster}/directory", "{}", "cluster");
        }

        foreach (var moment in new[] { "yesterday", "1", "2026-06-15", "2026-13-01T00:00:00Z", "NaN", "%27", "" })
        {
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/statement?since={moment}", null, "since");
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/statement?until={moment}", null, "until");
        }

        foreach (var format in new[] { "xml", "CSV", "", "csv&format=json" })
        {
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/statement?format={format}", null, "format");
        }
    }

    // What is wrong with a request as a whole.
}
