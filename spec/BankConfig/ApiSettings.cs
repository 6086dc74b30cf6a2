namespace SlurmBanking.BankConfig;

/// <summary>[API]: how the bank is reached.</summary>
public sealed record ApiSettings
{
    /// <summary>url: absolute http or https address of the API's base path, without a trailing slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>token: the key alone, without the word "Token"; "" when token_file is used.</summary>
    public string Token { get; init; } = "";

    /// <summary>token_file: a file with the token; wins over <see cref="Token"/> and is re-read when it changes; "" for none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>ca_file: PEM certificates that alone are trusted for the bank; "" for the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>timeout: longest that one request to the bank may take; 100 ms to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
