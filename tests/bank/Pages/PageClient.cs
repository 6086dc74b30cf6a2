using System.Net;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>Asks for pages as a browser does, one request at a time: it follows nothing and keeps no cookie by itself.</summary>
internal sealed class PageClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = address,
    };

    /// <summary>The cookie that requests carry, as "name=value"; null for none.</summary>
    public string? Cookie { get; set; }

    /// <summary>Signs in and keeps the cookie.</summary>
    public static async Task<PageClient> SignedIn(Contract.Bank bank, string? token = null)
    {
        var client = new PageClient(bank.Address);
        var answer = await client.SignIn(token ?? bank.Reader);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        client.Cookie = answer.SetCookie.Split(';')[0];
        return client;
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> SignIn(string token, string to = "/") =>
        Post("pages/sign-in", new() { ["token"] = token, ["to"] = to }, ("Origin", address.GetLeftPart(UriPartial.Authority)));

    public Task<Answer> SignOut() => Post("pages/sign-out", [], ("Origin", address.GetLeftPart(UriPartial.Authority)));

    public Task<Answer> Post(string path, Dictionary<string, string> form, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, new FormUrlEncodedContent(form), headers);

    public void Dispose() => _http.Dispose();

    private async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = content;
        if (Cookie is not null)
        {
            request.Headers.Add("Cookie", Cookie);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(static one => one.Key, static one => string.Join(", ", one.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    public sealed record Answer(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public string SetCookie => Headers.GetValueOrDefault("Set-Cookie", "");

        public string Location => Headers.GetValueOrDefault("Location", "");
    }
}
