using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Api;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>BankingConfigs of a namespace as plain JSON, which nothing reads or completes on the way.</summary>
internal sealed class BankingConfigClient(k8s.Kubernetes api, string space)
{
    /// <exception cref="HttpRequestException">The API server refused; the message is its own.</exception>
    public Task<JsonElement> CreateAsync(JsonObject config) => SendAsync(HttpMethod.Post, "", config);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<JsonElement> GetAsync(string name) => SendAsync(HttpMethod.Get, $"/{name}", null);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<JsonElement> ReplaceAsync(string name, JsonObject config) => SendAsync(HttpMethod.Put, $"/{name}", config);

    /// <inheritdoc cref="CreateAsync"/>
    public Task<JsonElement> MergeAsync(string name, JsonObject change) =>
        SendAsync(HttpMethod.Patch, $"/{name}", change, "application/merge-patch+json");

    /// <inheritdoc cref="CreateAsync"/>
    public async Task<IReadOnlyList<JsonElement>> ListAsync() =>
        [.. (await SendAsync(HttpMethod.Get, "", null)).GetProperty("items").EnumerateArray()];

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, string contentType = "application/json")
    {
        var all = $"/apis/{BankingConfig.Group}/{BankingConfig.Version}/namespaces/{space}/bankingconfigs{path}";
        using var request = new HttpRequestMessage(method, new Uri(api.BaseUri, all));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        }

        using var answer = await api.HttpClient.SendAsync(request, TestContext.Current.CancellationToken);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.IsSuccessStatusCode
            ? json
            : throw new HttpRequestException(json.GetProperty("message").GetString(), null, answer.StatusCode);
    }
}
