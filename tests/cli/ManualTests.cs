using System.CommandLine;

namespace SlurmBanking.Cli.Tests;

/// <summary>The man page and docs/sbank.md name every command and option that there is.</summary>
public sealed class ManualTests
{
    private static readonly string[] Everywhere = ["--help", "--version"];

    [Fact]
    public void The_man_page_names_every_command_and_option()
    {
        var page = File.ReadAllText(In("sbank.1")).Replace("\\-", "-", StringComparison.Ordinal);
        foreach (var name in Names(SbankCommand.Create()))
        {
            Assert.True(page.Contains(name, StringComparison.Ordinal), $"sbank.1 does not name {name}");
        }
    }

    [Fact]
    public void The_documentation_names_every_command()
    {
        var page = File.ReadAllText(In("sbank.md"));
        foreach (var command in SbankCommand.Create().Subcommands)
        {
            Assert.True(page.Contains(command.Name, StringComparison.Ordinal), $"docs/sbank.md does not name {command.Name}");
        }
    }

    private static IEnumerable<string> Names(Command command) =>
        command
            .Options.Select(static option => option.Name)
            .Except(Everywhere, StringComparer.Ordinal)
            .Concat(command.Subcommands.SelectMany(static sub => Names(sub).Prepend(sub.Name)));

    private static string In(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
