namespace SlurmBanking.Sidecar.Intake;

/// <summary>Who may call a gRPC method.</summary>
internal enum CallerNeed
{
    /// <summary>Root and SlurmUser, on the Unix socket.</summary>
    Admin,

    /// <summary>A user, for what concerns them: any peer on the Unix socket, or a login token that states their uid.</summary>
    User,

    /// <summary>A node's sidecar, by a node token.</summary>
    Node,

    /// <summary>Whoever can connect.</summary>
    Anybody,
}
