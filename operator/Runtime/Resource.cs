namespace SlurmBanking.Operator.Runtime;

/// <summary>A kind of object, and where the API server serves it.</summary>
/// <param name="Group">"" for the core group.</param>
/// <param name="Version">"v1".</param>
/// <param name="Plural">"configmaps".</param>
/// <param name="Kind">"ConfigMap".</param>
internal sealed record Resource(string Group, string Version, string Plural, string Kind)
{
    public static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    public static readonly Resource Secrets = new("", "v1", "secrets", "Secret");
    public static readonly Resource Services = new("", "v1", "services", "Service");
    public static readonly Resource Pods = new("", "v1", "pods", "Pod");
    public static readonly Resource Events = new("", "v1", "events", "Event");
    public static readonly Resource Leases = new("coordination.k8s.io", "v1", "leases", "Lease");
    public static readonly Resource ValidatingWebhooks = new(
        "admissionregistration.k8s.io",
        "v1",
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration"
    );

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>"/api/v1/namespaces/ns/configmaps/name"; without a namespace all of them, without a name the list.</summary>
    public string Path(string? space, string? name = null)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        var inSpace = space is null ? "" : $"/namespaces/{Uri.EscapeDataString(space)}";
        return $"{root}{inSpace}/{Plural}{(name is null ? "" : $"/{Uri.EscapeDataString(name)}")}";
    }
}
