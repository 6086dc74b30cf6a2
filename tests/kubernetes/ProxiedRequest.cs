using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A request that came to the proxy, and what has become of it so far.</summary>
public sealed class ProxiedRequest
{
    private readonly TaskCompletionSource<StreamEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile int _status;
    private volatile int _upstreamStatus;
    private volatile bool _isOver;

    internal ProxiedRequest(HttpRequest request, byte[] body, DateTimeOffset startedAt)
    {
        Method = request.Method;
        PathAndQuery = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Path = PathAndQuery.Split('?')[0];
        Headers = request.Headers.ToDictionary(
            static header => header.Key,
            static header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        Body = body;
        StartedAt = startedAt;
    }

    public string Method { get; }

    /// <summary>As it was written, escapes included.</summary>
    public string PathAndQuery { get; }

    public string Path { get; }

    public DateTimeOffset StartedAt { get; }

    public bool IsWatch => Parameter("watch") is "true" or "1";

    public bool IsWrite => Method is not ("GET" or "HEAD" or "OPTIONS");

    /// <summary>A hook before forwarding may change them.</summary>
    public IDictionary<string, string> Headers { get; }

    /// <summary>A hook before forwarding may replace it.</summary>
    public byte[] Body { get; set; }

    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>What the client was answered; null while it was not.</summary>
    public int? Status
    {
        get => _status == 0 ? null : _status;
        internal set => _status = value ?? 0;
    }

    /// <summary>What the API server answered; null while it did not, and where it was not asked.</summary>
    public int? UpstreamStatus
    {
        get => _upstreamStatus == 0 ? null : _upstreamStatus;
        internal set => _upstreamStatus = value ?? 0;
    }

    /// <summary>Its answer has been passed on to the end, or its connection is gone.</summary>
    public bool IsOver
    {
        get => _isOver;
        internal set => _isOver = value;
    }

    internal Task<StreamEnd> End => _end.Task;

    /// <summary>A parameter of the query, unescaped; null when it is not there.</summary>
    public string? Parameter(string name)
    {
        var at = PathAndQuery.IndexOf('?', StringComparison.Ordinal);
        return at >= 0 && QueryHelpers.ParseQuery(PathAndQuery[at..]).TryGetValue(name, out var values) ? values.ToString() : null;
    }

    public override string ToString() =>
        $"{StartedAt:HH:mm:ss.fff} {Method} {PathAndQuery} {Status?.ToString() ?? "-"}{(IsOver ? "" : " (runs)")}";

    /// <summary>False when it is over or has been told to end before.</summary>
    internal bool TryEnd(StreamEnd end) => !IsOver && _end.TrySetResult(end);
}
