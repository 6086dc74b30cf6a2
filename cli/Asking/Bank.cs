using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Cli.Views;

namespace SlurmBanking.Cli.Asking;

/// <summary>
/// A bank that offers accounts, deposits and statements: ours, under /v1/ (its /openapi.json). It is asked with the caller's own token,
/// whose scope says what it may; the sidecar's is nobody else's.
/// </summary>
internal sealed class Bank : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _url;
    private readonly HttpClient _client;

    /// <param name="url">Its address, with or without a slash at the end.</param>
    /// <param name="token">With or without the word "Token".</param>
    public Bank(Uri url, string token)
    {
        _url = new Uri(url.ToString().TrimEnd('/') + "/");
        _client = new HttpClient { Timeout = Patience };
        var bare = token.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) ? token["Token ".Length..].Trim() : token.Trim();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", bare);
    }

    /// <summary>All accounts.</summary>
    /// <exception cref="SbankException">There is no good answer.</exception>
    public Task<List<AccountView>> AccountsAsync(CancellationToken cancellation) => PagesAsync("v1/accounts", AccountOf, cancellation);

    /// <summary>One account, with what is charged and available.</summary>
    /// <inheritdoc cref="AccountsAsync"/>
    public async Task<AccountView> AccountAsync(string name, CancellationToken cancellation)
    {
        var account = AccountOf(await AskAsync(HttpMethod.Get, $"v1/accounts/{Uri.EscapeDataString(name)}", null, null, cancellation));
        var balance = await AskAsync(HttpMethod.Get, $"v1/accounts/{Uri.EscapeDataString(name)}/balance", null, null, cancellation);
        var project = balance["project"]!;
        return account with { Charged = Amount(project["charged"]), Available = Amount(project["available"]) };
    }

    /// <summary>Opens an account.</summary>
    /// <inheritdoc cref="AccountsAsync"/>
    public async Task<AccountView> OpenAsync(JsonObject account, CancellationToken cancellation) =>
        AccountOf(await AskAsync(HttpMethod.Post, "v1/accounts", account, null, cancellation));

    /// <summary>Makes a deposit. The same key again makes no second one.</summary>
    /// <inheritdoc cref="AccountsAsync"/>
    public Task<JsonNode> DepositAsync(string account, JsonObject deposit, string key, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, $"v1/accounts/{Uri.EscapeDataString(account)}/deposits", deposit, key, cancellation);

    /// <summary>An account's entries, oldest first.</summary>
    /// <inheritdoc cref="AccountsAsync"/>
    public Task<List<EntryView>> StatementAsync(
        string account,
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellation
    )
    {
        var span = string.Concat(
            since is { } from ? $"&since={Uri.EscapeDataString(from.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}" : "",
            until is { } to ? $"&until={Uri.EscapeDataString(to.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}" : ""
        );
        return PagesAsync($"v1/accounts/{Uri.EscapeDataString(account)}/statement", EntryOf, cancellation, span);
    }

    public void Dispose() => _client.Dispose();

    private async Task<List<T>> PagesAsync<T>(string path, Func<JsonNode, T> read, CancellationToken cancellation, string more = "")
    {
        var items = new List<T>();
        for (var page = 1; ; page++)
        {
            var answer = await AskAsync(HttpMethod.Get, $"{path}?page={page}{more}", null, null, cancellation);
            items.AddRange(answer["results"]!.AsArray().Select(item => read(item!)));
            if (answer["next"] is null)
            {
                return items;
            }
        }
    }

    private async Task<JsonNode> AskAsync(HttpMethod method, string path, JsonObject? body, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_url, path));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await _client.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode && Parse(text) is { } node ? node : throw Refusal(response.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new SbankException(ExitCode.Unavailable, Failures.BankAway($"{_url}", e.GetBaseException().Message));
        }
    }

    private SbankException Refusal(HttpStatusCode status, string text)
    {
        var problem = Parse(text) as JsonObject;
        var errors = (problem?["errors"] as JsonObject)?.Select(static error => $"{error.Key}: {error.Value}") ?? [];
        var detail = string.Join("; ", errors.Prepend(problem?["detail"]?.ToString() ?? $"status {(int)status}"));
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(ExitCode.NotPermitted, Failures.TokenRefused(detail)),
            HttpStatusCode.NotFound when problem is null => new(ExitCode.Unavailable, Failures.BankWithoutAccounts($"{_url}")),
            HttpStatusCode.BadRequest => new(ExitCode.Misused, detail),
            >= HttpStatusCode.InternalServerError => new(ExitCode.Unavailable, Failures.BankFails($"{_url}", detail)),
            _ => new(ExitCode.No, detail),
        };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AccountView AccountOf(JsonNode account) =>
        new(
            $"{account["name"]}",
            Amount(account["limit"]),
            Amount(account["credit"]) ?? 0,
            Time(account["start"]),
            Time(account["end"]),
            (bool)account["exempt"]!,
            (int)account["period"]!,
            null,
            null
        );

    private static EntryView EntryOf(JsonNode entry) =>
        new(
            Time(entry["time"])!.Value,
            $"{entry["code"]}",
            entry["job"]?.ToString(),
            entry["user"]?.ToString(),
            Amount(entry["amount"]) ?? 0,
            Amount(entry["balance"]) ?? 0,
            entry["actor"]?.ToString(),
            entry["reason"]?.ToString()
        );

    private static decimal? Amount(JsonNode? text) =>
        text is null ? null : decimal.Parse($"{text}", NumberStyles.Number, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonNode? text) =>
        text is null ? null : DateTimeOffset.Parse($"{text}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
