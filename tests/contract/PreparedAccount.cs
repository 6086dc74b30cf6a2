namespace SlurmBanking.Contract.Tests;

/// <summary>An account at the bank that was prepared for the questions.</summary>
internal sealed record PreparedAccount
{
    public required string Name { get; init; }

    /// <summary>A member's uid, digits.</summary>
    public required string Uid { get; init; }

    /// <summary>The allocation in SU, where it is known.</summary>
    public decimal? Allocation { get; init; }

    /// <summary>The most that the user may use, in SU.</summary>
    public decimal? Cap { get; init; }

    /// <summary>The allocation's first moment.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The allocation's last moment.</summary>
    public DateTimeOffset? End { get; init; }
}
