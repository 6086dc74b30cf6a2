using System.CommandLine;

namespace SlurmBanking.Cli;

/// <summary>Options of every command.</summary>
internal static class GlobalOptions
{
    public const string DefaultSocket = "/run/slurm-banking/api.sock";

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Writes JSON (amounts in SU, times in UTC)",
        Recursive = true,
    };

    public static readonly Option<string> Socket = new("--socket")
    {
        Description = $"The sidecar's socket [default: SLURM_BANKING_SOCKET, else {DefaultSocket}]",
        Recursive = true,
        DefaultValueFactory = static _ =>
            Environment.GetEnvironmentVariable("SLURM_BANKING_SOCKET") is { Length: > 0 } path ? path : DefaultSocket,
    };
}
