namespace SlurmBanking.Telemetry.Tests.Otlp;

/// <summary>A span as it came; ids in hex, that of the parent "" when there is none.</summary>
public sealed record OtlpSpan(
    string Service,
    string Name,
    string TraceId,
    string SpanId,
    string ParentId,
    IReadOnlyDictionary<string, string> Attributes
)
{
    public string Of(string attribute) => Attributes.GetValueOrDefault(attribute, "");
}
