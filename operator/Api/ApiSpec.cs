namespace SlurmBanking.Operator.Api;

/// <summary>[API]: how the bank is reached. Its token is referenced, never read.</summary>
internal sealed record ApiSpec
{
    /// <summary>url: absolute http or https address of the bank's base path.</summary>
    public string? Url { get; init; }

    /// <summary>Secret with the bank's token; key "token" when none is named.</summary>
    public SecretKeyReference? TokenSecretRef { get; init; }

    /// <summary>Secret with the CAs that alone are trusted for the bank; key "ca.crt" when none is named. Absent: the system's.</summary>
    public SecretKeyReference? CaSecretRef { get; init; }

    /// <summary>timeout: longest that one request may take, such as "5s".</summary>
    public string? Timeout { get; init; }
}
