using System.CommandLine;
using SlurmBanking.Cli.Asking;

namespace SlurmBanking.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class UserOptions
{
    public static Option<string?> User() => new("--user", "-u") { Description = "Another user, by name or uid (root and SlurmUser)" };

    public static Option<string?> Account() => new("--account", "-A") { Description = "On this account alone" };

    public static Option<uint> Limit() =>
        new("--limit", "-n") { Description = "How many at most, up to 1000", DefaultValueFactory = static _ => 100 };

    /// <summary>The uid of the user who is named; null when none is.</summary>
    public static uint? UidOf(ParseResult parsed, Option<string?> user) =>
        parsed.GetValue(user) is { Length: > 0 } name ? Users.UidOf(name) : null;
}
