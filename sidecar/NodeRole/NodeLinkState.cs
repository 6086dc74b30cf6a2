namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>How a node stands with its controller.</summary>
/// <param name="Answers">The last attempt to report starts was taken.</param>
/// <param name="LastAnswer">When one was last taken.</param>
/// <param name="Problem">Of the last attempt; "" when it went well.</param>
internal sealed record NodeLinkState(bool Answers, DateTimeOffset? LastAnswer, string Problem);
