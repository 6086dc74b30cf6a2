using System.Xml.Linq;

namespace SlurmBanking.Architecture.Tests;

/// <summary>Which project may know which: the directions of ARCHITECTURE's tree.</summary>
public sealed class DirectionTests
{
    private static readonly string[] Parts = ["plugins", "sidecar", "bank", "operator", "cli"];

    public static TheoryData<string> Projects => [.. Tree.Projects];

    [Fact]
    public void There_are_projects_to_judge()
    {
        Assert.Contains("sidecar/SlurmBanking.Sidecar.csproj", Tree.Projects);
        Assert.Contains("spec/Terms/SlurmBanking.Terms.csproj", Tree.Projects);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Parts_depend_on_the_spec_alone_and_the_spec_on_itself(string project)
    {
        var part = project.Split('/')[0];
        if (part != "spec" && !Parts.Contains(part))
        {
            Assert.Equal("tests", part);
            return;
        }

        Assert.Equal([], References(project).Where(static reference => !reference.StartsWith("spec/", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_is_referenced_is_there(string project) =>
        Assert.Equal([], References(project).Except(Tree.Projects, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Versions_of_packages_are_kept_in_one_place(string project) =>
        Assert.Equal(
            [],
            XDocument
                .Parse(Tree.Read(project))
                .Descendants("PackageReference")
                .Where(static package => package.Attribute("Version") is not null)
                .Select(static package => (string)package.Attribute("Include")!)
        );

    [Fact]
    public void Every_project_is_part_of_the_solution() =>
        Assert.Equal(
            Tree.Projects.Order(StringComparer.Ordinal),
            XDocument
                .Parse(Tree.Read("SlurmBanking.slnx"))
                .Descendants("Project")
                .Select(static project => (string)project.Attribute("Path")!)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Pure_parts_take_no_input_output_clock_or_container()
    {
        string[] pure = ["sidecar/Lifecycle/", "sidecar/Pricing/", "bank/Ledger/", "operator/Rendering/", "spec/Terms/"];
        string[] impure =
        [
            "TimeProvider",
            "ILogger",
            "IServiceProvider",
            "HttpClient",
            "System.Net",
            "Microsoft.Extensions",
            "Microsoft.Data",
            "File.",
            "Random",
            "Thread.",
            "Task.",
            "async ",
        ];
        var found =
            from file in Tree.CSharp
            where pure.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))
            let code = Code(file)
            from word in impure
            where code.Contains(word, StringComparison.Ordinal)
            select $"{file}: {word}";
        Assert.Equal([], found);
    }

    private static string Code(string file) =>
        string.Join('\n', Tree.Read(file).Split('\n').Where(static line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    private static IEnumerable<string> References(string project) =>
        XDocument
            .Parse(Tree.Read(project))
            .Descendants("ProjectReference")
            .Select(static reference => ((string)reference.Attribute("Include")!).Replace('\\', '/'))
            .Select(reference => Path.GetFullPath(Path.Combine(Tree.Root, Path.GetDirectoryName(project)!, reference)))
            .Select(static reference => Path.GetRelativePath(Tree.Root, reference));
}
