using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Tests.Credentials;

public sealed class CredentialPlanTests
{
    private static readonly string[] Names = ["savio-sidecar.slurm.svc", "savio-sidecar"];

    [Fact]
    public void Nothing_changes_while_nothing_is_due_also_across_a_restart()
    {
        var first = CredentialPlan.Advance(null, Names, Given.Noon);
        Assert.Same(first, CredentialPlan.Advance(first, Names, Given.Noon.AddDays(29)));

        // As it comes back from the Secret.
        var read = JsonSerializer.Deserialize<CredentialState>(JsonSerializer.Serialize(first, ApiJson.Options), ApiJson.Options)!;
        Assert.Same(read, CredentialPlan.Advance(read, Names, Given.Noon.AddDays(29)));
    }

    [Fact]
    public void Tokens_are_long_and_each_its_own()
    {
        var state = CredentialPlan.Advance(null, Names, Given.Noon);
        var tokens = new[]
        {
            state.NodeTokens[0].Value,
            state.LoginTokens[0].Value,
            CredentialPlan.Advance(null, Names, Given.Noon).NodeTokens[0].Value,
        };
        Assert.Equal(3, tokens.Distinct().Count());
        Assert.All(tokens, static token => Assert.Equal(64, token.Length));
    }

    [Fact]
    public void The_certificate_is_for_the_names_and_of_the_CA()
    {
        var state = CredentialPlan.Advance(null, Names, Given.Noon);
        using var server = X509Certificate2.CreateFromPem(state.Server.Pair.Certificate, state.Server.Pair.Key);
        Assert.True(server.MatchesHostname("savio-sidecar.slurm.svc"));
        Assert.True(server.MatchesHostname("savio-sidecar"));
        Assert.False(server.MatchesHostname("other-sidecar.slurm.svc"));
        Assert.Equal(Given.Noon.AddDays(90).UtcDateTime, server.NotAfter.ToUniversalTime());
        Assert.True(Vouches(state.Authorities[0].Value.Certificate, server, Given.Noon));
    }

    [Fact]
    public void A_server_certificate_is_renewed_before_it_expires_and_for_new_names()
    {
        var state = CredentialPlan.Advance(null, Names, Given.Noon);
        var later = Given.Noon.AddDays(60);
        var renewed = CredentialPlan.Advance(state, Names, later);
        Assert.Equal(later, renewed.Server.Created);
        Assert.Equal(state.Authorities[0], renewed.Authorities[0]);
        Assert.Equal(["other"], CredentialPlan.Advance(state, ["other"], Given.Noon).Server.Names);
    }

    /// <summary>Over two years, at every change: nodes with what they were given last can speak to the controller.</summary>
    [Fact]
    public void Nodes_trust_what_the_controller_shows_at_every_change()
    {
        var (state, now) = (CredentialPlan.Advance(null, Names, Given.Noon), Given.Noon);
        var authorities = new HashSet<string>();
        while (now < Given.Noon.AddDays(800))
        {
            var before = state;
            now = CredentialPlan.NextChange(state, now);
            state = CredentialPlan.Advance(state, Names, now);
            authorities.UnionWith(state.Authorities.Select(static authority => authority.Value.Certificate));
            using var shown = X509Certificate2.CreateFromPem(state.Server.Pair.Certificate);

            // The nodes may not have seen this change yet: what they were given with the one before must do.
            Assert.Contains(before.Authorities, authority => Vouches(authority.Value.Certificate, shown, now));
            Assert.True(shown.NotAfter.ToUniversalTime() > now.AddDays(20).UtcDateTime);
            Assert.Contains(Rotation.Presented(before.NodeTokens, now).Value, state.NodeTokens.Select(static token => token.Value));
        }

        Assert.Equal(3, authorities.Count);
    }

    [Fact]
    public void Nodes_get_their_own_token_and_no_key()
    {
        var (config, state) = (Given.Config(), CredentialPlan.Advance(null, Names, Given.Noon));
        var secrets = OwnedObjects
            .Credentials(config, state, Given.Noon)
            .ToDictionary(static secret => secret.Key.Name, static secret => Text(secret));
        Assert.Equal(["savio-controller", "savio-login", "savio-node"], secrets.Keys.Order());
        Assert.Equal(state.NodeTokens[0].Value + "\n", secrets["savio-node"]["node-token"]);
        Assert.Equal(["ca.crt", "node-token"], secrets["savio-node"].Keys.Order());
        Assert.Equal(["ca.crt", "login-token"], secrets["savio-login"].Keys.Order());
        Assert.DoesNotContain("PRIVATE", secrets["savio-node"]["ca.crt"] + secrets["savio-login"]["ca.crt"], StringComparison.Ordinal);
        Assert.DoesNotContain(state.Authorities[0].Value.Key, string.Concat(secrets["savio-controller"].Values), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Text(OwnedObject secret) =>
        secret.Body["data"]!
            .AsObject()
            .ToDictionary(
                static pair => pair.Key,
                static pair => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)pair.Value!))
            );

    private static bool Vouches(string authority, X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = now.UtcDateTime,
            },
        };
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority);
        return chain.Build(certificate);
    }
}
