using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace SlurmBanking.Bank.Tests.V1;

/// <summary>Asks a bank under /v1/, by default with an admin token.</summary>
internal sealed class V1Client(Uri address, string token) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>A client of a bank's, with an admin token of its own.</summary>
    public static async Task<V1Client> Of(Contract.Bank bank)
    {
        var name = $"admin-{Guid.NewGuid():N}";
        var (_, output, _) = await Contract.BankProcess.Run(
            "token",
            "create",
            name,
            "--scope",
            "admin",
            "--database",
            bank.Database.Address
        );
        return new V1Client(bank.Address, output.Trim());
    }

    /// <summary>Names the key of the next requests that move funds; each has one of its own otherwise.</summary>
    public string? Key { get; set; }

    public Task<Answer> Get(string path, string? accept = null, string? with = null) => Send(HttpMethod.Get, path, null, accept, with);

    public Task<Answer> Post(string path, JsonNode body, string? with = null) => Send(HttpMethod.Post, path, body, with: with);

    public async Task<Answer> Send(HttpMethod method, string path, JsonNode? body, string? accept = null, string? with = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", with ?? token);
        request.Headers.Add("Idempotency-Key", Key ?? $"{Guid.NewGuid():N}");
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            method,
            path
        );
    }

    public void Dispose() => _http.Dispose();

    public sealed record Answer(HttpStatusCode Status, string Body, string? Type, HttpMethod Method, string Path)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;

        /// <summary>A value by its path, such as "project.charged"; "null" where there is none.</summary>
        public string this[string path] =>
            path.Split('.').Aggregate((JsonNode?)Json, static (node, name) => node?[name])?.ToString() ?? "null";

        /// <summary>Asserts a refusal that names a field.</summary>
        public void Refuses(HttpStatusCode status, string field)
        {
            Assert.True(Status == status, $"{Method} {Path}: {(int)Status} {Body}");
            Assert.Equal("application/problem+json", Type);
            Assert.True(Json["errors"]?[field] is not null, Body);
        }
    }
}
