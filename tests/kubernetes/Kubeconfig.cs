using System.Text;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Texts of kubeconfig files.</summary>
internal static class Kubeconfig
{
    public static string OfCertificate(Uri server, string ca, KeyPair client) =>
        Of(server, ca, $"client-certificate-data: {Base64(client.Certificate)}\n    client-key-data: {Base64(client.Key)}");

    public static string OfToken(Uri server, string ca, string token) => Of(server, ca, $"token: {token}");

    private static string Of(Uri server, string ca, string user) =>
        $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: test
              cluster:
                server: {server.ToString().TrimEnd('/')}
                {(server.Scheme == Uri.UriSchemeHttps ? $"certificate-authority-data: {Base64(ca)}" : "insecure-skip-tls-verify: false")}
            users:
            - name: test
              user:
                {user}
            contexts:
            - name: test
              context:
                cluster: test
                user: test
            current-context: test

            """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
