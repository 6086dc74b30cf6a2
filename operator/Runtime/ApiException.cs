using System.Net;

namespace SlurmBanking.Operator.Runtime;

/// <summary>The API server's "no".</summary>
/// <param name="code">HTTP status, also when it came inside a watch.</param>
/// <param name="reason">Kubernetes' word, such as "Conflict"; "" when the answer held none.</param>
/// <param name="message">For people.</param>
/// <param name="retryAfter">How long the server wants to be left alone; null when it did not say.</param>
internal sealed class ApiException(HttpStatusCode code, string reason, string message, TimeSpan? retryAfter) : Exception(message)
{
    public HttpStatusCode Code { get; } = code;

    public string Reason { get; } = reason;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>What is asked for is older than what the server remembers: everything has to be listed again.</summary>
    public bool IsGone => Code == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>The same request will be refused again until somebody changes something.</summary>
    public bool IsPermanent =>
        Code is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotFound;
}
