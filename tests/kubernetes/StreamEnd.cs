namespace SlurmBanking.Kubernetes.Tests;

/// <summary>How the proxy ends an answer before its time.</summary>
/// <param name="Reset">The connection is reset; else the stream ends as the API server's timeout ends it.</param>
/// <param name="LastLine">What is written before.</param>
internal sealed record StreamEnd(bool Reset, string LastLine = "");
