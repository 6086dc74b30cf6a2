using System.Diagnostics;
using System.Text.Json;
using SlurmBanking.BankConfig;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Validation;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>
/// What becomes of named BankingConfigs, byte by byte: golden/files/{case}/banking-config.yaml and the files beside it. After
/// an intended change UPDATE_GOLDEN=1 writes them anew, and "git diff" shows what is to be checked by eye.
/// </summary>
public sealed class GoldenFilesTests
{
    private static readonly string Cases = Path.Combine(Tree.Root, "tests", "operator", "Rendering", "golden", "files");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateDirectories(Cases).Select(static path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Files_are_what_was_checked_by_hand(string name)
    {
        var folder = Path.Combine(Cases, name);
        var document = Yaml.ToJson(Assert.Single(Yaml.Documents(File.ReadAllText(Path.Combine(folder, "banking-config.yaml")))))!;
        var config = document.Deserialize<BankingConfig>(ApiJson.Options)!;
        var reading = SpecRules.Read(config);
        Assert.Equal([], reading.Errors);
        var site = new Site
        {
            Namespace = config.Metadata.NamespaceProperty,
            Name = config.Metadata.Name,
            Cluster = BankConfigToml.Cluster(config),
            Image = "slurm-banking",
            Token = BankConfigToml.BankToken(config.Spec.Api),
            Port = 9465,
        };
        var maps = OwnedObjects.Files(config, reading.Toml, site).ToDictionary(static map => map.Key.Name, static map => map.Body["data"]!);
        Compare(folder, "bank-config.toml", (string)maps[OwnedNames.BankConfig(config.Metadata.Name)][BankConfigToml.Key]!);
        Compare(folder, "plugstack.conf", (string)maps[OwnedNames.Slurm(config.Metadata.Name)][SlurmFiles.PlugstackKey]!);
        Compare(folder, "slurm.conf", (string)maps[OwnedNames.Slurm(config.Metadata.Name)][SlurmFiles.SlurmConfKey]!);
    }

    /// <summary>What was checked by hand is also what the sidecar takes without a word.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_sidecar_reads_them_without_a_warning(string name) =>
        Assert.Equal([], BankConfigReader.Read(File.ReadAllText(Path.Combine(Cases, name, "bank-config.toml")), name).Problems);

    private static void Compare(string folder, string file, string rendered)
    {
        var golden = Path.Combine(folder, file);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, rendered);
            return;
        }

        var actual = Path.GetTempFileName();
        try
        {
            File.WriteAllText(actual, rendered);
            using var diff = Process.Start(
                new ProcessStartInfo("diff", ["-u", "--label", "golden", "--label", "rendered", golden, actual])
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!;
            var difference = diff.StandardOutput.ReadToEnd();
            diff.WaitForExit();
            Assert.True(diff.ExitCode == 0, $"{golden} differs (UPDATE_GOLDEN=1 writes it anew):\n{difference}");
        }
        finally
        {
            File.Delete(actual);
        }
    }
}
