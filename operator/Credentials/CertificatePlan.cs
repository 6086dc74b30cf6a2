namespace SlurmBanking.Operator.Credentials;

/// <summary>When a CA gets a successor, and a server's certificate a new one.</summary>
internal static class CertificatePlan
{
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(365);
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(90);

    /// <summary>A CA's certificate outlasts what it signs, and the overlap in which it is replaced.</summary>
    private static readonly TimeSpan AuthorityValidity = AuthorityLifetime + ServerLifetime + TimeSpan.FromDays(30);

    /// <summary>The CAs that are trusted from now on, oldest first.</summary>
    /// <param name="known">Those that were; null at first.</param>
    /// <param name="name">Common name of another.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Dated<KeyPair>> Authorities(IReadOnlyList<Dated<KeyPair>>? known, string name, DateTimeOffset now) =>
        Rotation.Advance(known ?? [], AuthorityLifetime, now, () => CertificateMaker.Authority(name, now, AuthorityValidity));

    /// <summary>What the server shows from now on: the same object while it is young, for these names, and of the CA that signs.</summary>
    /// <param name="known">What it showed; null at first.</param>
    /// <param name="authorities">The CAs.</param>
    /// <param name="names">DNS names, or addresses.</param>
    /// <param name="now">The time.</param>
    public static ServerCertificate Server(
        ServerCertificate? known,
        IReadOnlyList<Dated<KeyPair>> authorities,
        IReadOnlyList<string> names,
        DateTimeOffset now
    )
    {
        var signer = Rotation.Presented(authorities, now);
        return known is not null && now < Renewal(known) && known.Signer == signer.Created && known.Names.SequenceEqual(names)
            ? known
            : new ServerCertificate(CertificateMaker.Server(signer.Value, names, now, ServerLifetime), now, signer.Created, names);
    }

    /// <summary>When something is due next.</summary>
    public static DateTimeOffset NextChange(IReadOnlyList<Dated<KeyPair>> authorities, ServerCertificate server, DateTimeOffset now) =>
        new[] { Rotation.NextChange(authorities, AuthorityLifetime, now), Renewal(server) }.Min();

    private static DateTimeOffset Renewal(ServerCertificate server) => server.Created + (ServerLifetime * 2 / 3);
}
