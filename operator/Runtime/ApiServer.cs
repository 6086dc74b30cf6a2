using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using SlurmBanking.Operator.Messages;

namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// The API server, in the few verbs that are needed, the same for every kind. KubernetesClient brings configuration,
/// credentials and TLS; lists and watches are read here object by object, since one that does not fit its type must not hide
/// the others, and since a watch has to end when its connection is dead. Nothing is retried here: who asked decides that.
/// </summary>
internal sealed class ApiServer : IDisposable
{
    /// <summary>The field manager of everything that this operator applies.</summary>
    public const string FieldManager = "slurm-banking-operator";

    // A page is held as a whole while it is read, and the largest objects have 25 KB: some MB, not some tens.
    private const int PageSize = 100;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    // Pings notice a dead connection where there is HTTP/2; elsewhere only a watch that ends by itself does.
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WatchWithPings = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WatchWithoutPings = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(8);

    /// <summary>A server that wants more than this is asked again all the same.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(1);

    private readonly k8s.Kubernetes _client;
    private readonly TimeProvider _time;
    private volatile bool _hasPings;
    private long _quietUntil;

    public ApiServer(KubernetesClientConfiguration configuration, TimeProvider time)
    {
        _time = time;

        // Watches outlast any timeout of the client's; each call has one of its own.
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        configuration.UserAgent ??= $"{FieldManager}/{ThisAssembly.Version}";
        configuration.FirstMessageHandlerSetup = static handler =>
        {
            handler.KeepAlivePingDelay = PingDelay;
            handler.KeepAlivePingTimeout = PingTimeout;
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
            handler.ConnectTimeout = TimeSpan.FromSeconds(10);
            handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90);
            handler.EnableMultipleHttp2Connections = true;
        };
        _client = new k8s.Kubernetes(configuration);
    }

    /// <summary>All of a kind, read page by page.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="space">The namespace; null for all.</param>
    /// <param name="selector">Labels, "key=value"; "" for any.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ApiException">The server refused, or the pages are gone before the last was read.</exception>
    public async Task<ObjectList> ListAsync(Resource resource, string? space, string selector, CancellationToken cancellation)
    {
        var (items, next) = (new List<StoredObject>(), "");
        while (true)
        {
            var query = $"?limit={PageSize}{Selector(selector)}{(next.Length == 0 ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            var page = await SendAsync(HttpMethod.Get, resource.Path(space) + query, null, null, cancellation);
            var metadata = page.GetProperty("metadata");
            items.AddRange(
                page.GetProperty("items").EnumerateArray().Select(item => StoredObject.From(item, resource)).OfType<StoredObject>()
            );
            next = StoredObject.Text(metadata, "continue") ?? "";
            if (next.Length == 0)
            {
                return new ObjectList(items, StoredObject.Text(metadata, "resourceVersion") ?? "");
            }
        }
    }

    /// <summary>Changes from a moment on, until the server ends the watch, which it does after some minutes.</summary>
    /// <exception cref="ApiException">The server refused, or ended the watch with an error.</exception>
    /// <exception cref="TimeoutException">Nothing came, not even the end that was asked for: the connection is dead.</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        Resource resource,
        string? space,
        string selector,
        string resourceVersion,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var length = _hasPings ? WatchWithPings : WatchWithoutPings;
        var query =
            $"?watch=true&allowWatchBookmarks=true&timeoutSeconds={length.TotalSeconds:0}"
            + $"&resourceVersion={resourceVersion}{Selector(selector)}";
        using var deadline = new CancellationTokenSource(length + WatchGrace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        using var response = await OpenAsync(HttpMethod.Get, resource.Path(space) + query, null, null, either.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(either.Token), Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(either.Token);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException(ApiTroubles.WatchDead(resource.Plural, (length + WatchGrace).TotalSeconds), e);
            }

            if (line is null)
            {
                yield break;
            }

            if (line.Length > 0)
            {
                yield return Event(line);
            }
        }
    }

    /// <param name="resource">The kind.</param>
    /// <param name="key">Which.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="mayBeOld">
    /// The server may answer from its memory, which costs it a fraction, and does not show the last moment.
    /// </param>
    /// <returns>Null when there is none.</returns>
    public async Task<StoredObject?> GetAsync(Resource resource, ObjectKey key, CancellationToken cancellation, bool mayBeOld = false)
    {
        try
        {
            var path = PathOf(resource, key) + (mayBeOld ? "?resourceVersion=0" : "");
            return StoredObject.From(await SendAsync(HttpMethod.Get, path, null, null, cancellation));
        }
        catch (ApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Server-side apply, as <see cref="FieldManager"/>.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="body">The whole of what is wanted, apiVersion, kind and name included.</param>
    /// <param name="isForced">Takes fields from other managers; otherwise that is a conflict.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<StoredObject> ApplyAsync(Resource resource, JsonObject body, bool isForced, CancellationToken cancellation)
    {
        await QuietAsync(cancellation);
        var metadata = body["metadata"]!;
        var key = new ObjectKey((string?)metadata["namespace"] ?? "", (string)metadata["name"]!);
        var query = $"?fieldManager={FieldManager}&force={(isForced ? "true" : "false")}";
        return StoredObject.From(
            await SendAsync(HttpMethod.Patch, PathOf(resource, key) + query, body, "application/apply-patch+yaml", cancellation)
        )!;
    }

    /// <summary>Changes what is named, and leaves the rest (RFC 7396).</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="key">Which.</param>
    /// <param name="part">"/status" for that alone; "" for the object.</param>
    /// <param name="change">What is to be.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<StoredObject> MergeAsync(
        Resource resource,
        ObjectKey key,
        string part,
        JsonObject change,
        CancellationToken cancellation
    )
    {
        await QuietAsync(cancellation);
        var path = $"{PathOf(resource, key)}{part}?fieldManager={FieldManager}";
        return StoredObject.From(await SendAsync(HttpMethod.Patch, path, change, "application/merge-patch+json", cancellation))!;
    }

    /// <summary>Changes what is named; in lists the element of the same name.</summary>
    public Task StrategicMergeAsync(Resource resource, ObjectKey key, JsonObject change, CancellationToken cancellation) =>
        SendAsync(
            HttpMethod.Patch,
            $"{PathOf(resource, key)}?fieldManager={FieldManager}",
            change,
            "application/strategic-merge-patch+json",
            cancellation
        );

    public async Task<StoredObject> CreateAsync(Resource resource, string space, JsonObject body, CancellationToken cancellation) =>
        StoredObject.From(
            await SendAsync(HttpMethod.Post, $"{resource.Path(space)}?fieldManager={FieldManager}", body, "application/json", cancellation)
        )!;

    /// <summary>Replaces the whole; a conflict when it is no longer the version that the body names.</summary>
    public async Task<StoredObject> ReplaceAsync(Resource resource, ObjectKey key, JsonObject body, CancellationToken cancellation) =>
        StoredObject.From(
            await SendAsync(HttpMethod.Put, $"{PathOf(resource, key)}?fieldManager={FieldManager}", body, "application/json", cancellation)
        )!;

    public void Dispose() => _client.Dispose();

    // Whoever has something to write waits out what the server asked one of them for.
    private async Task QuietAsync(CancellationToken cancellation)
    {
        var left = new DateTimeOffset(Interlocked.Read(ref _quietUntil), TimeSpan.Zero) - _time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left < LongestQuiet ? left : LongestQuiet, _time, cancellation);
        }
    }

    private static string PathOf(Resource resource, ObjectKey key) =>
        resource.Path(key.Namespace.Length == 0 ? null : key.Namespace, key.Name);

    private static string Selector(string selector) => selector.Length == 0 ? "" : $"&labelSelector={Uri.EscapeDataString(selector)}";

    private static WatchEvent Event(string line)
    {
        var json = JsonElement.Parse(line);
        var (type, content) = (json.GetProperty("type").GetString()!, json.GetProperty("object"));
        return type == "ERROR" ? throw Refusal(content, (HttpStatusCode)CodeOf(content), null) : new WatchEvent(type, content);
    }

    private async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? contentType,
        CancellationToken cancellation
    )
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var response = await OpenAsync(method, path, body, contentType, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            using var document = await JsonDocument.ParseAsync(stream, default, either.Token);
            return document.RootElement.Clone();
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(ApiTroubles.NoAnswer(AnswerTimeout.TotalSeconds), e);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? contentType,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path.TrimStart('/')));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(ApiJson.Options), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType!);
        }

        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellation);
        }

        var response = await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        _hasPings = response.Version.Major >= 2;
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var (text, wish) = (await response.Content.ReadAsStringAsync(cancellation), RetryAfter(response));
            if (wish is { } quiet)
            {
                Interlocked.Exchange(ref _quietUntil, (_time.GetUtcNow() + quiet).UtcTicks);
            }

            throw Refusal(Parse(text), response.StatusCode, wish);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static ApiException Refusal(JsonElement status, HttpStatusCode code, TimeSpan? retryAfter)
    {
        var message = StoredObject.Text(status, "message") ?? "";
        return new ApiException(
            code,
            StoredObject.Text(status, "reason") ?? "",
            message.Length > 0 ? message : ApiTroubles.Answered((int)code),
            retryAfter
        );
    }

    private static int CodeOf(JsonElement status) =>
        status.ValueKind == JsonValueKind.Object && status.TryGetProperty("code", out var code) && code.TryGetInt32(out var number)
            ? number
            : 0;
}
