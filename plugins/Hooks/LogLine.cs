namespace SlurmBanking.Hooks;

/// <summary>One line for the daemon's log; the shim puts the plugin's name, which holds "_bank", before it.</summary>
internal sealed record LogLine(string Text, bool IsError);
