using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>
/// What documents tell their readers to type is there: targets, scripts, options, values, resources. docs/getting-started.md is typed for
/// real as well, by the Kubernetes suite.
/// </summary>
public sealed partial class CommandBlocksTests
{
    public static TheoryData<string> Pages =>
        [
            .. Tree.Files.Where(static file =>
                file is "README.md" or "CONTRIBUTING.md"
                || (file.StartsWith("docs/", StringComparison.Ordinal) && file.EndsWith(".md", StringComparison.Ordinal))
            ),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void What_is_to_be_typed_is_there(string page) => Assert.Equal([], Problems(Tree.Read(page)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Units_that_are_spoken_of_are_there(string page) =>
        Assert.Equal(
            [],
            Unit()
                .Matches(Tree.Read(page))
                .Select(static match => match.Groups["name"].Value)
                .Where(static name => !Tree.Files.Contains($"eng/packaging/systemd/{name}.service"))
        );

    [Fact]
    public void There_is_something_to_type() => Assert.InRange(CommandBlocks.Read(Tree.Read("docs/getting-started.md")).Count, 15, 100);

    [Theory]
    [InlineData("make tset", "tset")]
    [InlineData("make install DESTDRI=/tmp/x", "DESTDRI")]
    [InlineData("REPOSITROY=example.org/ make image", "REPOSITROY")]
    [InlineData("eng/nothing.sh up DIR", "eng/nothing.sh")]
    [InlineData("eng/banked-cluster.sh halt sidecar DIR", "halt")]
    [InlineData("TAGG=1 eng/image.sh", "TAGG")]
    [InlineData("eng/image.sh --build-arg BASIS=x", "BASIS")]
    [InlineData("dotnet build sidecart --configuration Release", "sidecart")]
    [InlineData("artifacts/bin/SlurmBanking.Sidecars.Tests/release/SlurmBanking.Sidecars.Tests", "Sidecars")]
    [InlineData("artifacts/bin/SlurmBanking.Sidecar.Tests/release/SlurmBanking.Sidecar.Tests --filter-class '*NoSuchTests'", "NoSuchTests")]
    [InlineData("sidecar --rolle controller", "--rolle")]
    [InlineData("sidecar --since 2026-01-01", "--since")]
    [InlineData("sbank reconcile --stage 1", "--stage")]
    [InlineData("sidecar check-configs FILE", "check-configs")]
    [InlineData("bank account opne physics", "opne")]
    [InlineData("bank account create physics --cap 5", "--cap")]
    [InlineData("export KEY=$(bank token create sidecar --stuff)", "--stuff")]
    [InlineData("bank partition set gpu --nodes 4 [--share]", "--share")]
    [InlineData("cd x && (umask 077; bank deposits physics 1 >out) | cat", "deposits")]
    [InlineData("sbank quotes -n1", "quotes")]
    [InlineData("sbank quote -A physics --tasks=4", "--tasks")]
    [InlineData("sbank why 4711 && sbatch --acount=physics job.sh", "--acount")]
    [InlineData("sbank dead-letters drop 1", "drop")]
    [InlineData("operator mint-tokens --into x", "--into")]
    [InlineData("systemctl restart slurm-banking", "slurm-banking")]
    [InlineData("helm install x charts/slurm-banking --set bank.enable=true", "bank.enable")]
    [InlineData("helm install x charts/slurm-banking --set-json 'clusters=[{\"nmae\": \"a\"}]'", "nmae")]
    [InlineData("helm install x charts/slurm-bank", "charts/slurm-bank")]
    [InlineData("kubectl get bankingconfigurations -A", "bankingconfigurations")]
    [InlineData("kubectl -n s patch bcfg p --patch '{\"spec\": {\"polices\": {}}}'", "polices")]
    [InlineData("kubectl apply -f - <<'END'\nkind: BankingConfig\nspec:\n  api: {uri: x}\nEND", "uri")]
    [InlineData("kubectl -n x exec statefulset/y -c bank -- /app/bank/bank acount create z", "acount")]
    [InlineData("kubectl -n x exec statefulset/y -c bnak -- /app/bank/bank verify", "bnak")]
    [InlineData("docker compose exec --user games slrum sbank balance", "slrum")]
    [InlineData("docker compose exec slurm sbank balances", "balances")]
    [InlineData("docker compose up --build sidecart", "sidecart")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("for x in 1 2; do frobnicate \"$x\"; done", "frobnicate")]
    public void What_is_not_there_is_named(string line, string named) =>
        Assert.Contains(named, Assert.Single(Problems($"Type\n\n```sh\n{line}\n```\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("echo 'open")]
    [InlineData("echo \"open")]
    [InlineData("(cd x")]
    [InlineData("echo `date`")]
    [InlineData("cat <<END\nx")]
    [InlineData("echo )")]
    public void What_is_not_understood_is_an_error(string script) => Assert.Throws<FormatException>(() => ShellScript.Commands(script));

    [Fact]
    public void Commands_are_told_from_what_is_beside_them()
    {
        const string page = """
            ```console
            $ A=1 make x \
                Y=2   # why
            an answer
            $ cat in | sed 's/;/|/' >out 2>&1
            ```

            1. Indented:
               ```sh
               for i in a b; do echo "$i; $(date -u)" && sleep 1; done
               ```

            ```toml
            nothing = here
            ```

            ```
            $ typed
            said
            ```
            """;
        var commands = CommandBlocks.Read(page);
        Assert.Equal(
            ["3: make x Y=2", "5: cat in", "5: sed s/;/|/", "10: date -u", "10: echo $i; $", "10: sleep 1", "18: typed"],
            commands.Select(static one => $"{one.Line}: {one}")
        );
        Assert.Equal(["A"], commands[0].Assigned);
    }

    private static List<string> Problems(string page) =>
        [.. CommandBlocks.Read(page).SelectMany(static one => CommandCheck.Problems(one).Select(problem => $"line {one.Line}: {problem}"))];

    [GeneratedRegex(@"(systemctl [a-z-]+( --now)?|journalctl -u) (?<name>slurm-banking[a-z-]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unit();
}
