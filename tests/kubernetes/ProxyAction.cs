using System.Globalization;
using System.Text.Json;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What the proxy does with a request, or with its answer.</summary>
public sealed record ProxyAction
{
    private ProxyAction(ProxyActionKind kind) => Kind = kind;

    /// <summary>Passes it on as it is.</summary>
    public static ProxyAction Pass { get; } = new(ProxyActionKind.Pass);

    /// <summary>Resets the client's connection.</summary>
    public static ProxyAction Cut { get; } = new(ProxyActionKind.Cut);

    /// <summary>Never answers.</summary>
    public static ProxyAction Hang { get; } = new(ProxyActionKind.Hang);

    /// <summary>500 with a Status.</summary>
    public static ProxyAction InternalError { get; } = Status(500, "InternalError", "an error on the server has prevented the request");

    /// <summary>410 with a Status, as an answer: what a list or watch of a forgotten resourceVersion gets.</summary>
    public static ProxyAction Gone { get; } = Status(410, "Expired", "The resourceVersion for the provided watch is too old.");

    /// <summary>200, then an ERROR event with a 410 Status in the stream, and its end: how a watch mostly hears of it.</summary>
    public static ProxyAction GoneInStream { get; } = Answer(200, WatchEvent(410, "Expired", "too old resource version: 1 (2)"));

    public ProxyActionKind Kind { get; }

    public int StatusCode { get; private init; }

    public string Body { get; private init; } = "";

    public IReadOnlyList<(string Name, string Value)> Headers { get; private init; } = [];

    /// <summary>Waits this long before it does so.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>The whole body, for all but watches.</summary>
    public Func<string, string>? RewriteBody { get; private init; }

    /// <summary>One line of a watch without its end; null drops it.</summary>
    public Func<string, string?>? RewriteEvent { get; private init; }

    /// <summary>Answers itself, with JSON.</summary>
    public static ProxyAction Answer(int status, string body, params (string Name, string Value)[] headers) =>
        new(ProxyActionKind.Answer)
        {
            StatusCode = status,
            Body = body,
            Headers = headers,
        };

    /// <summary>Answers itself, with a Status object as the API server's errors are.</summary>
    public static ProxyAction Status(int code, string reason, string message, params (string Name, string Value)[] headers) =>
        Answer(code, StatusObject(code, reason, message), headers);

    /// <summary>429, as API priority and fairness gives it.</summary>
    public static ProxyAction TooManyRequests(int retryAfterSeconds) =>
        Status(
            429,
            "TooManyRequests",
            "too many requests, please try again later",
            ("Retry-After", retryAfterSeconds.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>409, as the loser of an update gets it.</summary>
    public static ProxyAction Conflict() => Status(409, "Conflict", "the object has been modified; please apply your changes");

    /// <summary>Passes it on, and changes the answer's body.</summary>
    public static ProxyAction Rewrite(Func<string, string> body) => new(ProxyActionKind.Pass) { RewriteBody = body };

    /// <summary>Passes it on, and changes or drops (null) each event of a watch, a line of JSON.</summary>
    public static ProxyAction RewriteEvents(Func<string, string?> line) => new(ProxyActionKind.Pass) { RewriteEvent = line };

    /// <summary>The same after a while.</summary>
    public ProxyAction After(TimeSpan delay) => this with { Delay = delay };

    /// <summary>A line of a watch: an ERROR event.</summary>
    internal static string WatchEvent(int code, string reason, string message) =>
        $$"""{"type":"ERROR","object":{{StatusObject(code, reason, message)}}}""" + "\n";

    private static string StatusObject(int code, string reason, string message) =>
        JsonSerializer.Serialize(
            new
            {
                kind = "Status",
                apiVersion = "v1",
                metadata = new { },
                status = "Failure",
                message,
                reason,
                code,
            }
        );
}
