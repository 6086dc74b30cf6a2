namespace SlurmBanking.Operator.Messages;

/// <summary>What the command line says: why the operator does not start, and what its commands did.</summary>
internal static class CommandLine
{
    /// <summary>Whatever fails, before its reason.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Failed(string problem) => $"operator: {problem}";

    /// <summary>--http or --webhook is not understood.</summary>
    public static string BadEndpoint(string option, string given) => $"{option} must be ADDRESS:PORT or none, not {given}";

    /// <summary>--webhook-url is not understood.</summary>
    public static string BadWebhookUrl(string given) => $"--webhook-url must be https://HOST:PORT/validate, not {given}";

    /// <summary>--sidecar-address is not understood.</summary>
    public static string BadSidecarAddress(string given) => $"--sidecar-address must be HOST:PORT, not {given}";

    /// <summary>The operator, or mint-tokens, has no way to find a cluster.</summary>
    /// <remarks>Outside of a pod, name a file in KUBECONFIG; in one, mount the token of its account.</remarks>
    public static string NoApiServer(string problem) => $"the API server can't be found: {problem}";

    /// <summary>operator check: what is given is no address.</summary>
    public static string BadUrl(string given) => $"'{given}' is not an address such as http://127.0.0.1:9466/readyz";

    /// <summary>operator check: the page has answered; 200 is good.</summary>
    /// <remarks>
    /// With 401 the token is not one of the bank's; with 503 the operator is not ready, and its log says why; else see the log of what was
    /// asked.
    /// </remarks>
    public static string Answered(string url, int code, string name) => $"{url}: {code} {name}";

    /// <summary>operator check: the page can't be asked, or the file of --token-file can't be read.</summary>
    /// <remarks>See whether the pod behind the address runs, and whether a NetworkPolicy is between.</remarks>
    public static string NotAnswered(string url, string problem) => $"{url}: {problem}";

    /// <summary>operator check: the page takes too long.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string NoAnswer(double seconds) => $"no answer within {seconds:0} s";

    /// <summary>operator mint-tokens: --secret is not understood.</summary>
    public static string BadSecret(string given) => $"--secret must be NAMESPACE/NAME, not {given}";

    /// <summary>operator mint-tokens: a Secret of that name is there without a token.</summary>
    public static string NoToken(string secret, string key) => $"Secret {secret} has no key \"{key}\": give it one, or delete it";

    /// <summary>operator mint-tokens: the Secret was not there, and is now.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string SecretMade(string secret) => $"Secret {secret}: made";

    /// <summary>operator mint-tokens: the Secret was there.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string SecretKept(string secret) => $"Secret {secret}: kept";

    /// <summary>operator mint-tokens: the API server can't be reached or refuses, or the files can't be written.</summary>
    /// <remarks>
    /// It is tried again with the pod. Where it is forbidden, give its account the right to get that Secret and to create Secrets, as the
    /// chart does.
    /// </remarks>
    public static string NotMinted(string problem) => $"the tokens can't be minted: {problem}";
}
