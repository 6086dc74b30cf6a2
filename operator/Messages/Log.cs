using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Messages;

/// <summary>Every line that the operator logs, once. No line holds a token, a key or the content of a Secret.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "operator {Version} watches all namespaces")]
    public static partial void WatchingAll(ILogger logger, string version);

    [LoggerMessage(101, LogLevel.Information, "operator {Version} watches the namespaces {Namespaces}")]
    public static partial void Watching(ILogger logger, string version, string namespaces);

    [LoggerMessage(110, LogLevel.Information, "{Identity} holds Lease {Lease} and works")]
    public static partial void Leading(ILogger logger, string identity, ObjectKey lease);

    /// <remarks>
    /// Another replica takes over, and this one waits for its turn. If it comes again and again, look at the load of the API server and
    /// at the processor time that this pod gets.
    /// </remarks>
    [LoggerMessage(111, LogLevel.Warning, "{Identity} has stopped: it could not renew Lease {Lease} within {Seconds:0} s")]
    public static partial void LeadershipLost(ILogger logger, string identity, ObjectKey lease, double seconds);

    [LoggerMessage(112, LogLevel.Information, "{Identity} has given Lease {Lease} back")]
    public static partial void LeadershipReleased(ILogger logger, string identity, ObjectKey lease);

    /// <remarks>
    /// It is tried again every 2 s. Where it is forbidden, give the operator's account the right to get, create and update Leases in its
    /// own namespace, as the chart does; else see whether the API server can be reached.
    /// </remarks>
    [LoggerMessage(113, LogLevel.Warning, "Lease {Lease} could not be read or written: {Problem}")]
    public static partial void LeaseTrouble(ILogger logger, ObjectKey lease, string problem);

    /// <remarks>Nothing: it happens after a pause that was too long for the API server. Nothing was missed.</remarks>
    [LoggerMessage(120, LogLevel.Warning, "the watch of {Resource} can't go on where it was, all are listed again: {Problem}")]
    public static partial void WatchGone(ILogger logger, string resource, string problem);

    /// <remarks>
    /// With 401 or 403 compare the operator's rights with the chart's ClusterRole or Role; with 404 install the CRD; with 429 or 5xx the
    /// API server is busy or ill. What was published stays as it is meanwhile.
    /// </remarks>
    [LoggerMessage(121, LogLevel.Warning, "{Resource} can't be listed or watched, tried again: {Code} {Problem}")]
    public static partial void ListRefused(ILogger logger, string resource, int code, string problem);

    /// <remarks>
    /// Nothing, when it comes now and then: it is taken up where it broke off. If it goes on, see whether the API server can be reached
    /// from the operator's pod.
    /// </remarks>
    [LoggerMessage(122, LogLevel.Warning, "the watch of {Resource} broke off, taken up again: {Problem}")]
    public static partial void WatchBroken(ILogger logger, string resource, string problem);

    /// <remarks>
    /// Look for a proxy between operator and API server that changes answers. If there is none, report it with the exception: no answer
    /// of an API server should do this.
    /// </remarks>
    [LoggerMessage(123, LogLevel.Error, "the API server's answer about {Resource} can't be read, all are listed again")]
    public static partial void WatchUnreadable(ILogger logger, Exception exception, string resource);

    /// <remarks>
    /// It is tried again by itself, later and later. Where the problem is a refusal, give the operator the right or the quota that it
    /// names; the condition Rendered of the object says the same.
    /// </remarks>
    [LoggerMessage(130, LogLevel.Warning, "BankingConfig {Key} could not be reconciled, again in {Seconds:0.0} s: {Problem}")]
    public static partial void ReconciliationFailed(ILogger logger, ObjectKey key, string problem, double seconds);

    /// <remarks>
    /// A fault of the operator: report it with the exception. Other BankingConfigs are not held up, and what was published of this one
    /// stays.
    /// </remarks>
    [LoggerMessage(131, LogLevel.Error, "BankingConfig {Key} could not be reconciled, again in {Seconds:0.0} s")]
    public static partial void ReconciliationBroken(ILogger logger, Exception exception, ObjectKey key, double seconds);

    [LoggerMessage(132, LogLevel.Information, "BankingConfig {Key}: {Kind} {Name} made")]
    public static partial void Made(ILogger logger, ObjectKey key, string kind, string name);

    [LoggerMessage(133, LogLevel.Information, "BankingConfig {Key}: {Type} is {Status} ({Reason}): {Message}")]
    public static partial void ConditionChanged(ILogger logger, ObjectKey key, string type, string status, string reason, string message);

    /// <remarks>
    /// Nothing depends on it, as the status says the same. Where it is forbidden, give the operator the right to create events, as the
    /// chart does.
    /// </remarks>
    [LoggerMessage(134, LogLevel.Warning, "BankingConfig {Key}: an event could not be written: {Problem}")]
    public static partial void EventNotWritten(ILogger logger, ObjectKey key, string problem);

    /// <remarks>
    /// Find out who has changed the Secret. Nodes and login nodes can't reach the controller's sidecar until the kubelet has brought
    /// them the new credentials, a minute or two; they keep what they have to report.
    /// </remarks>
    [LoggerMessage(135, LogLevel.Warning, "BankingConfig {Key}: Secret {Name} can't be read, its credentials are made anew: {Problem}")]
    public static partial void CredentialsUnreadable(ILogger logger, ObjectKey key, string name, string problem);

    /// <remarks>
    /// Give the operator the right to list and patch pods, or run it without --annotate-pods. The change arrives all the same, within
    /// 90 s.
    /// </remarks>
    [LoggerMessage(136, LogLevel.Warning, "BankingConfig {Key}: the controller's pods could not be annotated: {Problem}")]
    public static partial void PodsNotAnnotated(ILogger logger, ObjectKey key, string problem);

    [LoggerMessage(137, LogLevel.Information, "BankingConfig {Key}: {Kind} {Name} changed, as it was not what it should be")]
    public static partial void Changed(ILogger logger, ObjectKey key, string kind, string name);

    [LoggerMessage(141, LogLevel.Information, "webhook certificate {Subject} is in force until {Expires:u}")]
    public static partial void CertificateInForce(ILogger logger, string subject, DateTime expires);

    /// <remarks>
    /// In a directory: put a certificate and its key, both PEM, into tls.crt and tls.key there. In a Secret of the operator's own: delete
    /// it, and it is made anew. Until then BankingConfigs are not judged when they are written, only in their status.
    /// </remarks>
    [LoggerMessage(142, LogLevel.Warning, "the webhook's certificate in {Place} can't be used: {Problem}")]
    public static partial void CertificateUnusable(ILogger logger, string place, string problem);

    /// <remarks>
    /// Give the operator the right to get and patch that ValidatingWebhookConfiguration and to write the Secret with its certificate, as
    /// the chart does. Until then BankingConfigs are not judged when they are written, only in their status.
    /// </remarks>
    [LoggerMessage(143, LogLevel.Warning, "the webhook could not be made ready for {Configuration}, tried again: {Problem}")]
    public static partial void WebhookNotRegistered(ILogger logger, string configuration, string problem);

    [LoggerMessage(144, LogLevel.Information, "the webhook is registered in {Configuration}")]
    public static partial void WebhookRegistered(ILogger logger, string configuration);

    /// <remarks>
    /// Only the API server should ask there: find out who else reaches the webhook's port, and keep them out with a NetworkPolicy.
    /// </remarks>
    [LoggerMessage(145, LogLevel.Warning, "a request to /validate was refused: it is no AdmissionReview")]
    public static partial void AdmissionBroken(ILogger logger);
}
