namespace SlurmBanking.Bank.Ledger;

/// <summary>Names an account of the ledger.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Owner">The project's name; for revenue the partition's, "" for jobs that name none.</param>
/// <param name="Uid">The user's uid for a user cap, closed or not; else "".</param>
public readonly record struct LedgerAccount(LedgerAccountKind Kind, string Owner, string Uid = "")
{
    /// <summary>The source of a project's deposits.</summary>
    public static LedgerAccount GrantSource(string project) => new(LedgerAccountKind.GrantSource, project);

    /// <summary>A project's own funds.</summary>
    public static LedgerAccount Project(string project) => new(LedgerAccountKind.Project, project);

    /// <summary>What left a project with the end of its period.</summary>
    public static LedgerAccount Expired(string project) => new(LedgerAccountKind.Expired, project);

    /// <summary>A project's use in earlier periods.</summary>
    public static LedgerAccount Closed(string project) => new(LedgerAccountKind.Closed, project);

    /// <summary>A project's use beyond its allocation.</summary>
    public static LedgerAccount Overrun(string project) => new(LedgerAccountKind.Overrun, project);

    /// <summary>A user's use of a project.</summary>
    public static LedgerAccount UserCap(string project, string uid) => new(LedgerAccountKind.UserCap, project, uid);

    /// <summary>A user's use of a project in earlier periods.</summary>
    public static LedgerAccount ClosedCap(string project, string uid) => new(LedgerAccountKind.ClosedCap, project, uid);

    /// <summary>The counterpart of the users' entries.</summary>
    public static LedgerAccount CapControl(string project) => new(LedgerAccountKind.CapControl, project);

    /// <summary>A partition's earnings.</summary>
    public static LedgerAccount Revenue(string? partition) => new(LedgerAccountKind.Revenue, partition ?? "");

    /// <summary>Such as "Project fc_abc" or "UserCap fc_abc 1000".</summary>
    public override string ToString() => Uid.Length == 0 ? $"{Kind} {Owner}" : $"{Kind} {Owner} {Uid}";
}
