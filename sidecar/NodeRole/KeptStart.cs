using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>A start that waits to be reported.</summary>
/// <param name="Seq">Its place in the queue.</param>
/// <param name="Hint">What will be reported.</param>
internal sealed record KeptStart(long Seq, StartHint Hint);
