using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What the bank said a user may still spend from an account; holds are not yet taken off.</summary>
/// <param name="Account">Left of the account's allocation; null when unlimited; negative when overdrawn.</param>
/// <param name="User">Left of the user's own limit in it; null when it binds no more than the account's.</param>
/// <param name="Refusal">The bank's own words when it takes no job at all from this user and account; else null.</param>
/// <param name="Read">When it was read.</param>
internal sealed record Headroom(ServiceUnits? Account, ServiceUnits? User, string? Refusal, DateTimeOffset Read)
{
    /// <summary>Of the account's allocation what other clusters have leased.</summary>
    public ServiceUnits AccountElsewhere { get; init; }

    /// <summary>Of the user's own limit what other clusters have leased.</summary>
    public ServiceUnits UserElsewhere { get; init; }

    /// <summary>After the bank has booked an amount.</summary>
    public Headroom Less(ServiceUnits amount) => this with { Account = Account - amount, User = User - amount };
}
