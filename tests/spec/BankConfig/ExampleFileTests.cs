using System.Text.RegularExpressions;
using SlurmBanking.BankConfig;

namespace SlurmBanking.Spec.Tests.BankConfig;

/// <summary>bank-config.toml.example is what people copy.</summary>
public sealed partial class ExampleFileTests
{
    private static readonly string Example = Read("bank-config.toml.example");

    [Fact]
    public void It_reads_without_any_problem()
    {
        var reading = BankConfigReader.Read(Example, "bank-config.toml.example");
        Assert.Empty(reading.Problems);
        Assert.Equal(12.5m, reading.Settings!.TresPrices["gpu"]["gres/gpu"]);
        Assert.Equal("31415926535897932384", reading.Settings.Api.Token);
    }

    [Fact]
    public void Every_key_that_the_reader_knows_occurs_in_it_with_words_about_it()
    {
        var known = KnownKey().Matches(Read("BankConfigReader.cs")).Select(static match => match.Groups["key"].Value).ToList();
        Assert.True(known.Count >= 21, $"{known.Count} keys found in the reader");
        var described = Example.Split('\n').Select(static line => DescribedKey().Match(line).Groups["key"].Value).ToHashSet();
        Assert.Equal([], known.Except(described, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_section_that_the_reader_knows_occurs_in_it()
    {
        var sections = Example.Split('\n').Where(static line => line.StartsWith('[')).Select(static line => line.Split(']', '.')[0][1..]);
        Assert.Equal(
            ["Enable", "PartitionPrice", "TresPrice", "QosMultiplier", "API", "Policy", "Sidecar"],
            sections.Distinct(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_defaults_that_it_names_are_the_defaults()
    {
        var named = BankConfigReader.Read(Example, "f").Settings!;
        var defaults = BankConfigReader.Read("[API]\nurl = \"http://bank\"\ntoken = \"t\"", "f").Settings!;
        Assert.Equal(defaults.Enable, named.Enable);
        Assert.Equal(defaults.Policy with { RefundStates = [] }, named.Policy with { RefundStates = [] });
        Assert.Equal(defaults.Policy.RefundStates, named.Policy.RefundStates);
        Assert.Equal(defaults.Sidecar with { Cluster = "savio" }, named.Sidecar);
        Assert.Equal(defaults.Api.Timeout, named.Api.Timeout);
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(ExampleFileTests).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("""case (\["Enable", )?"(?<key>[a-z]+[a-z_]*)"\]?:""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KnownKey();

    [GeneratedRegex("""^(?<key>[a-z_]+) = .+ # .+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DescribedKey();
}
