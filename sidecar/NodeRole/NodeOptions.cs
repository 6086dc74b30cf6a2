namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>What a node's sidecar is told on its command line.</summary>
/// <param name="Controller">The controller's sidecar, https://HOST:PORT.</param>
/// <param name="CaFile">PEM: the CAs, old and new, that may have signed its certificate; null for those of the system.</param>
/// <param name="TokenFile">The token of scope node in its first line; re-read for every report.</param>
/// <param name="LoginTokenFile">The token of scope login, where users may ask; null where they get the node's own status.</param>
internal sealed record NodeOptions(Uri Controller, string? CaFile, string TokenFile, string? LoginTokenFile);
