namespace SlurmBanking.Hooks.Sidecar;

/// <summary>Why the sidecar could not be asked: one value per stage.</summary>
internal enum LinkFailure
{
    None,

    /// <summary>The breaker is open: it was not tried.</summary>
    Resting,

    /// <summary>Nobody listens, or the backlog is full.</summary>
    Absent,

    /// <summary>Somebody other than root and the owner of the socket's directory serves it, or could have put it there.</summary>
    Untrusted,

    /// <summary>The deadline passed.</summary>
    TooLate,

    /// <summary>The connection was closed in the middle.</summary>
    BrokenOff,

    /// <summary>What came back is no reply.</summary>
    Malformed,

    /// <summary>The sidecar understood and will not act.</summary>
    Rejected,
}
