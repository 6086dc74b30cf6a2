namespace SlurmBanking.Cli.Views;

/// <summary>How many were done of what was asked for.</summary>
internal sealed record CountView(uint Count);
