namespace SlurmBanking.Plugins.Tests.Peer;

/// <summary>Thrown by a script: say this much, then close the connection.</summary>
public sealed class HangUpException(byte[]? lastBytes = null) : Exception
{
    public byte[] LastBytes { get; } = lastBytes ?? [];
}
