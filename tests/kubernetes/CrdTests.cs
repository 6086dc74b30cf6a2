namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The CRD as kubectl shows it.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class CrdTests(ApiServerFixture server)
{
    [Fact]
    public async Task Explain_reads_like_documentation()
    {
        await using var stage = await Stage.SetAsync(server);
        const string Field = "bankingconfig.spec.policy.whenBankUnavailable";

        // The server publishes what it explains some time after it serves the objects.
        await Until.TrueAsync(async () => (await server.KubectlAsync("explain", Field)).ExitCode == 0, "the schema is published");
        var text = (await server.KubectlAsync("explain", Field)).Must();
        Assert.Contains("What becomes of a submission when the bank can't be asked", text, StringComparison.Ordinal);
        Assert.Contains("How the bank is reached", (await server.KubectlAsync("explain", "bcfg.spec")).Must(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_are_filled_in_and_the_columns_say_what_counts()
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", "Rendered", "True");
        var spec = (await stage.ReadAsync("savio"))!.Spec;
        Assert.Equal(
            ("enforce", "allow", "1h", "Retain"),
            (spec.Policy!.Mode, spec.Policy.WhenBankUnavailable, spec.Policy.CachedFor, spec.DeletionPolicy)
        );
        Assert.Equal("token", spec.Api!.TokenSecretRef!.Key);
        Assert.Equal(["NODE_FAIL", "BOOT_FAIL"], spec.Policy.RefundStates);
        Assert.True(spec.Enable!.EnableSpankPlugin);

        var lines = (await server.KubectlAsync("get", "slurm", "-n", stage.Namespace)).Must().Split('\n');
        Assert.Equal(["NAME", "READY", "INFORCE", "BANK", "URL", "AGE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^(bankingconfig.banking.slurm.dev/)?savio +Unknown +Unknown +Unknown +https://bank.example.org/api", lines[1]);
    }

    [Theory]
    [InlineData("spec.policy.mode", """{"policy":{"mode":"Enforce"}}""")]
    [InlineData("spec.api.url", """{"api":{"url":"ftp://bank","tokenSecretRef":{"name":"t"}}}""")]
    [InlineData("spec.partitionPrices.normal", """{"partitionPrices":{"normal":-1}}""")]
    [InlineData("spec.partitionPrices.normal", """{"partitionPrices":{"normal":"1.12345678"}}""")]
    [InlineData("spec.sidecar.port", """{"sidecar":{"port":80}}""")]
    public async Task The_schema_refuses_what_it_can(string field, string part)
    {
        await using var stage = await Stage.SetAsync(server);
        var refused = await stage.ApplyAsync(
            "savio",
            spec =>
            {
                foreach (var (key, value) in System.Text.Json.Nodes.JsonNode.Parse(part)!.AsObject().ToList())
                {
                    spec[key] = value!.DeepClone();
                }
            }
        );
        Assert.False(refused.Succeeded);
        Assert.Contains(field, refused.Error, StringComparison.Ordinal);
    }
}
