namespace SlurmBanking.Cli.Views;

/// <summary>An account at the bank. Amounts in SU.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Limit">The most that it may use of its deposits; null for all.</param>
/// <param name="Credit">How far below zero it may go.</param>
/// <param name="Start">Begin of its window; null for ever.</param>
/// <param name="End">End of it.</param>
/// <param name="Exempt">Billed and never refused.</param>
/// <param name="Period">From 1; a renewal begins the next.</param>
/// <param name="Charged">What its jobs were charged in this period; null where it was not asked for.</param>
/// <param name="Available">What neither is charged nor leased; null where nothing limits, or it was not asked for.</param>
internal sealed record AccountView(
    string Name,
    decimal? Limit,
    decimal Credit,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    bool Exempt,
    int Period,
    decimal? Charged,
    decimal? Available
);
