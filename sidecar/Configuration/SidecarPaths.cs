namespace SlurmBanking.Sidecar.Configuration;

/// <summary>Where the sidecar's files are.</summary>
/// <param name="ConfigFile">bank-config.toml; not used in the role of a node.</param>
/// <param name="StateDirectory">Owned by this process alone; never slurmctld's StateSaveLocation, which a backlog could fill.</param>
/// <param name="RuntimeDirectory">The sockets; mode 0755, owned by the sidecar's user: plugins check that.</param>
/// <param name="SpoolDirectory">Where plugins leave facts that they could not hand over; closed to ordinary users.</param>
internal sealed record SidecarPaths(string ConfigFile, string StateDirectory, string RuntimeDirectory, string SpoolDirectory)
{
    /// <summary>How far the state database may grow, in bytes; a reserve for the ends of jobs comes on top.</summary>
    public long StateLimitBytes { get; init; } = 1L << 30;

    public string LastGoodConfigFile => Path.Combine(StateDirectory, "bank-config.last-good.toml");

    public string LockFile => Path.Combine(StateDirectory, "lock");

    /// <summary>Takes up room that is given back to the disk when it is full.</summary>
    public string ReserveFile => Path.Combine(StateDirectory, "reserve");

    public string DatabaseFile => Path.Combine(StateDirectory, "sidecar.db");

    /// <summary>In the role of a node: the starts that are yet to be reported.</summary>
    public string StartsFile => Path.Combine(StateDirectory, "starts.db");

    /// <summary>Plugins speak spec/hooks.proto here.</summary>
    public string HookSocket => Path.Combine(RuntimeDirectory, "sidecar.sock");

    /// <summary>gRPC, spec/banking.proto.</summary>
    public string ApiSocket => Path.Combine(RuntimeDirectory, "api.sock");

    /// <summary>"allow" or "deny": what a plugin does that starts while no sidecar can be asked.</summary>
    public string FallbackFile => Path.Combine(RuntimeDirectory, "fallback");
}
