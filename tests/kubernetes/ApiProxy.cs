using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Stands between a client and the API server on 127.0.0.1: passes requests and streams on, keeps a list of them, spoils them.
/// Clients bring a token; a client certificate ends here.
/// </summary>
public sealed class ApiProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _upstream;
    private readonly Uri _server;
    private readonly List<ProxiedRequest> _requests = [];
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile TaskCompletionSource _thawed = Thawed();

    private ApiProxy(WebApplication app, ApiServerFixture server)
    {
        _app = app;
        _server = server.Url;
        _upstream = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                SslOptions = ControlPlane.Trusting(server.Authority),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>HTTP/1.1 in clear.</summary>
    public Uri Url => new(Addresses.First(static address => address.StartsWith("http:", StringComparison.Ordinal)));

    /// <summary>HTTP/1.1 and HTTP/2 over TLS, with a certificate of the fixture's authority.</summary>
    public Uri TlsUrl => new(Addresses.First(static address => address.StartsWith("https:", StringComparison.Ordinal)));

    /// <summary>
    /// Asked for each request before the API server sees it. May take its time, do anything (kill the client: then answer
    /// <see cref="ProxyAction.Cut"/>, so that the request gets no further), and change the request's headers and body.
    /// </summary>
    public Func<ProxiedRequest, Task<ProxyAction>>? BeforeForwarding { get; set; }

    /// <summary>Asked when the API server has answered (what was written is written), before the client hears of it.</summary>
    public Func<ProxiedRequest, Task<ProxyAction>>? AfterAnswer { get; set; }

    /// <summary>Each answer comes so much later: a slow API server. Events of a running watch do not.</summary>
    public TimeSpan Delay { get; set; }

    public bool IsFrozen => !_thawed.Task.IsCompleted;

    /// <summary>All requests since the start or <see cref="Forget"/>, in the order in which they came.</summary>
    public IReadOnlyList<ProxiedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Watches whose client and API server are both there.</summary>
    public IReadOnlyList<ProxiedRequest> RunningWatches =>
        [.. Requests.Where(static request => request is { IsWatch: true, IsOver: false })];

    private ICollection<string> Addresses =>
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    public static async Task<ApiProxy> StartAsync(ApiServerFixture server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;

            // Clients and servers may be frozen for as long as a test likes.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, Ports.Free());
            kestrel.Listen(IPAddress.Loopback, Ports.Free(), listen => listen.UseHttps(server.Authority.IssueServer("api-proxy").Load()));
        });
        var app = builder.Build();
        var proxy = new ApiProxy(app, server);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    /// <summary>How many requests since the start or <see cref="Forget"/> were like this.</summary>
    public int Count(Func<ProxiedRequest, bool> like) => Requests.Count(like);

    /// <summary>Forgets all requests but those that run.</summary>
    public void Forget()
    {
        lock (_requests)
        {
            _requests.RemoveAll(static request => request.IsOver);
        }
    }

    /// <summary>Resets the connections of all running watches.</summary>
    /// <returns>How many.</returns>
    public int CutWatches() => RunningWatches.Count(static watch => watch.TryEnd(new StreamEnd(Reset: true)));

    /// <summary>Ends all running watches in order, as the API server does after a time.</summary>
    public int EndWatches() => RunningWatches.Count(static watch => watch.TryEnd(new StreamEnd(Reset: false)));

    /// <summary>Sends an ERROR event with a Status into all running watches, and ends them.</summary>
    public int FailWatches(int code = 410, string reason = "Expired", string message = "too old resource version: 1 (2)") =>
        RunningWatches.Count(watch => watch.TryEnd(new StreamEnd(Reset: false, ProxyAction.WatchEvent(code, reason, message))));

    /// <summary>
    /// From now on takes connections and requests, and passes nothing on, in neither direction; running streams included.
    /// Over HTTP/2 it still answers pings: for a peer that is frozen altogether, see <see cref="ApiServerFixture.FreezeServer"/>.
    /// </summary>
    public void Freeze()
    {
        if (!IsFrozen)
        {
            _thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Passes on all that has waited.</summary>
    public void Thaw() => _thawed.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Thaw();
        await _app.DisposeAsync();
        _upstream.Dispose();
        _stopping.Dispose();
        Assert.True(_faults.IsEmpty, $"a hook failed: {_faults.FirstOrDefault()}");
    }

    private static TaskCompletionSource Thawed()
    {
        var thawed = new TaskCompletionSource();
        thawed.SetResult();
        return thawed;
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        ProxiedRequest? request = null;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, gone.Token);
            request = new ProxiedRequest(context.Request, body.ToArray(), TimeProvider.System.GetUtcNow());
            lock (_requests)
            {
                _requests.Add(request);
            }

            await ServeAsync(context, request, gone.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // One of the two is gone: the other sees a broken connection, as it would without a proxy.
            context.Abort();
        }
        catch (Exception e)
        {
            // A hook failed, by an assertion for example: the test hears of it when it disposes.
            _faults.Enqueue(e);
            context.Abort();
        }
        finally
        {
            request?.IsOver = true;
        }
    }

    private async Task ServeAsync(HttpContext context, ProxiedRequest request, CancellationToken gone)
    {
        var answer = new ProxyAnswer(context, request, PassAsync);
        var before = BeforeForwarding is { } ask ? await ask(request) : ProxyAction.Pass;
        if (before.Delay > TimeSpan.Zero)
        {
            await Task.Delay(before.Delay, gone);
        }

        if (before.Kind != ProxyActionKind.Pass)
        {
            await Task.Delay(Delay, gone);
            await answer.InsteadAsync(before, gone);
            return;
        }

        await PassAsync(request, gone);

        // What the API server has begun to write it writes, whether or not somebody waits for the answer.
        using var forwarded = Copy(request);
        using var upstream = await _upstream.SendAsync(
            forwarded,
            HttpCompletionOption.ResponseHeadersRead,
            request.IsWrite ? _stopping.Token : gone
        );
        request.UpstreamStatus = (int)upstream.StatusCode;
        var after = AfterAnswer is { } then ? await then(request) : ProxyAction.Pass;
        await Task.Delay(Delay + after.Delay, gone);
        if (after.Kind != ProxyActionKind.Pass)
        {
            await answer.InsteadAsync(after, gone);
            return;
        }

        await answer.RelayAsync(upstream, after.RewriteBody ?? before.RewriteBody, after.RewriteEvent ?? before.RewriteEvent, gone);
    }

    /// <summary>Waits until nothing is frozen. A stream that is told to end does not wait.</summary>
    private async Task PassAsync(ProxiedRequest request, CancellationToken gone)
    {
        while (_thawed.Task is { IsCompleted: false } thawed && !request.End.IsCompleted)
        {
            await Task.WhenAny(thawed, request.End).WaitAsync(gone);
        }
    }

    private HttpRequestMessage Copy(ProxiedRequest from)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_server, from.PathAndQuery));
        if (from.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(from.Body);
        }

        foreach (var (name, value) in from.Headers)
        {
            // Hops have their own; and without Accept-Encoding answers can be read and rewritten.
            if (
                name.ToUpperInvariant()
                is "HOST"
                    or "CONNECTION"
                    or "KEEP-ALIVE"
                    or "TRANSFER-ENCODING"
                    or "CONTENT-LENGTH"
                    or "ACCEPT-ENCODING"
            )
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
