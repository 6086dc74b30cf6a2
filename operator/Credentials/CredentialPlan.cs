using System.Security.Cryptography;

namespace SlurmBanking.Operator.Credentials;

/// <summary>What the credentials are to be at a moment, from what they have been.</summary>
internal static class CredentialPlan
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(30);

    /// <param name="known">Null at first.</param>
    /// <param name="names">DNS names of the controller's sidecar.</param>
    /// <param name="now">The time.</param>
    /// <returns>The same object when nothing is due.</returns>
    public static CredentialState Advance(CredentialState? known, IReadOnlyList<string> names, DateTimeOffset now)
    {
        var nodes = Rotation.Advance(known?.NodeTokens ?? [], TokenLifetime, now, NewToken);
        var logins = Rotation.Advance(known?.LoginTokens ?? [], TokenLifetime, now, NewToken);
        var authorities = CertificatePlan.Authorities(known?.Authorities, $"{names[0]} CA", now);
        var server = CertificatePlan.Server(known?.Server, authorities, names, now);
        var next = new CredentialState
        {
            NodeTokens = nodes,
            LoginTokens = logins,
            Authorities = authorities,
            Server = server,
        };
        return known is not null && IsSame(known, next) ? known : next;
    }

    /// <summary>When something is due next.</summary>
    public static DateTimeOffset NextChange(CredentialState state, DateTimeOffset now) =>
        new[]
        {
            Rotation.NextChange(state.NodeTokens, TokenLifetime, now),
            Rotation.NextChange(state.LoginTokens, TokenLifetime, now),
            CertificatePlan.NextChange(state.Authorities, state.Server, now),
        }.Min();

    private static bool IsSame(CredentialState one, CredentialState other) =>
        one.NodeTokens.SequenceEqual(other.NodeTokens)
        && one.LoginTokens.SequenceEqual(other.LoginTokens)
        && one.Authorities.SequenceEqual(other.Authorities)
        && ReferenceEquals(one.Server, other.Server);

    // 256 bits, of letters that survive any file and header.
    private static string NewToken() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32)).ToLowerInvariant();
}
