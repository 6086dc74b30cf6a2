using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Telemetry;

/// <summary>Every line that the operator logs, once. No line holds a token, a key or the content of a Secret.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "operator {Version} watches {Namespaces}")]
    public static partial void Watching(ILogger logger, string version, string namespaces);

    [LoggerMessage(110, LogLevel.Information, "{Identity} holds the lease {Lease} and works")]
    public static partial void Leading(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(111, LogLevel.Warning, "{Identity} could not renew the lease {Lease} in time and has stopped")]
    public static partial void LeadershipLost(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(112, LogLevel.Information, "{Identity} has given the lease {Lease} back")]
    public static partial void LeadershipReleased(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(113, LogLevel.Warning, "the lease {Lease} could not be had: {Problem}")]
    public static partial void LeaseTrouble(ILogger logger, ObjectKey lease, string problem);

    [LoggerMessage(
        120,
        LogLevel.Warning,
        "the API server no longer knows where the watch of {Resource} was, all are listed again: {Problem}"
    )]
    public static partial void WatchGone(ILogger logger, string resource, string problem);

    [LoggerMessage(121, LogLevel.Warning, "{Resource} can't be listed or watched, tried again: {Code} {Problem}")]
    public static partial void ListRefused(ILogger logger, string resource, int code, string problem);

    [LoggerMessage(122, LogLevel.Warning, "the watch of {Resource} broke off, taken up again: {Problem}")]
    public static partial void WatchBroken(ILogger logger, string resource, string problem);

    [LoggerMessage(123, LogLevel.Error, "the API server's answer about {Resource} can't be read, all are listed again")]
    public static partial void WatchUnreadable(ILogger logger, Exception exception, string resource);

    [LoggerMessage(130, LogLevel.Warning, "{Key} failed, again in {Seconds:0.0} s: {Problem}")]
    public static partial void ReconciliationFailed(ILogger logger, ObjectKey key, string problem, double seconds);

    [LoggerMessage(131, LogLevel.Error, "{Key} failed")]
    public static partial void ReconciliationBroken(ILogger logger, Exception exception, ObjectKey key);

    [LoggerMessage(132, LogLevel.Information, "{Key}: {Kind} {Name} applied ({Why})")]
    public static partial void Applied(ILogger logger, ObjectKey key, string kind, string name, string why);

    [LoggerMessage(133, LogLevel.Information, "{Key}: {Type} is {Status} ({Reason}): {Message}")]
    public static partial void ConditionChanged(ILogger logger, ObjectKey key, string type, string status, string reason, string message);

    [LoggerMessage(134, LogLevel.Warning, "{Key}: an event could not be written: {Problem}")]
    public static partial void EventNotWritten(ILogger logger, ObjectKey key, string problem);

    [LoggerMessage(135, LogLevel.Warning, "{Key}: Secret {Name} holds no state that can be read, its credentials are made anew: {Problem}")]
    public static partial void CredentialsUnreadable(ILogger logger, ObjectKey key, string name, string problem);

    [LoggerMessage(136, LogLevel.Warning, "{Key}: the pods could not be annotated, the kubelet takes its time: {Problem}")]
    public static partial void PodsNotAnnotated(ILogger logger, ObjectKey key, string problem);

    [LoggerMessage(140, LogLevel.Information, "the webhook listens on {Endpoint}")]
    public static partial void WebhookListens(ILogger logger, string endpoint);

    [LoggerMessage(141, LogLevel.Information, "webhook certificate {Subject} is in force until {Expires:u}")]
    public static partial void CertificateInForce(ILogger logger, string subject, DateTime expires);

    [LoggerMessage(142, LogLevel.Warning, "the webhook's certificate can't be used: {Problem}")]
    public static partial void CertificateUnusable(ILogger logger, string problem);

    [LoggerMessage(143, LogLevel.Warning, "the webhook could not be registered in {Configuration}, tried again: {Problem}")]
    public static partial void WebhookNotRegistered(ILogger logger, string configuration, string problem);

    [LoggerMessage(144, LogLevel.Information, "the webhook is registered in {Configuration}")]
    public static partial void WebhookRegistered(ILogger logger, string configuration);

    [LoggerMessage(145, LogLevel.Warning, "a question of the API server could not be answered: {Problem}")]
    public static partial void AdmissionBroken(ILogger logger, string problem);

    [LoggerMessage(150, LogLevel.Error, "a background task ended, started again")]
    public static partial void LoopFailed(ILogger logger, Exception exception);
}
