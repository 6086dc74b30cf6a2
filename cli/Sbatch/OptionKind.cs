namespace SlurmBanking.Cli.Sbatch;

/// <summary>Whether an option of sbatch takes a value.</summary>
internal enum OptionKind
{
    /// <summary>None.</summary>
    Plain,

    /// <summary>After "=", or as the next word.</summary>
    Valued,

    /// <summary>After "=" alone.</summary>
    MaybeValued,
}
