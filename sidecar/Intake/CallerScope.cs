namespace SlurmBanking.Sidecar.Intake;

/// <summary>How a caller of the gRPC services is known.</summary>
internal enum CallerScope
{
    /// <summary>Not at all: no token, or one that is not known.</summary>
    None,

    /// <summary>By the kernel, on the Unix socket.</summary>
    Local,

    /// <summary>By a token of a compute node's sidecar.</summary>
    Node,

    /// <summary>By a token of a login node's sidecar, which speaks for a user that it has checked.</summary>
    Login,
}
