using System.Diagnostics;

namespace SlurmBanking.Cli.Tests;

/// <summary>The completion scripts, in the shells that they are for. What stands for the terminal is the shells' own variables.</summary>
public sealed class CompletionTests : IDisposable
{
    private const string Bash = """
        source <(sbank completion bash)
        COMP_LINE=$1 COMP_POINT=${#1}
        _sbank
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    private const string Zsh = """
        compdef() { : }
        compadd() { shift; print -l -- "$@" }
        source <(sbank completion zsh)
        BUFFER=$1 CURSOR=${#1}
        _sbank
        """;

    // As a package installs it: found by its name, and read when it is first called.
    private const string ZshFound = """
        compadd() { shift; print -l -- "$@" }
        sbank completion zsh > $HOME/_sbank
        fpath=($HOME $fpath)
        autoload -Uz _sbank
        BUFFER=$1 CURSOR=${#1}
        _sbank
        """;

    private const string Fish = """
        sbank completion fish | source
        complete -C "$argv[1]"
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("slurm-banking-completion");

    public CompletionTests() =>
        File.CreateSymbolicLink(Path.Combine(_home.FullName, "sbank"), Path.Combine(AppContext.BaseDirectory, "SlurmBanking.Cli"));

    public void Dispose() => _home.Delete(recursive: true);

    [Theory]
    [InlineData("bash", Bash)]
    [InlineData("zsh", Zsh)]
    [InlineData("zsh", ZshFound)]
    [InlineData("fish", Fish)]
    public async Task A_shell_completes_commands_and_options(string shell, string script)
    {
        Assert.SkipUnless(
            Array.Exists(["/bin", "/usr/bin"], directory => File.Exists(Path.Combine(directory, shell))),
            $"{shell} is not installed"
        );
        Assert.Equal(["quote"], await SuggestedAsync(shell, script, "sbank quo"));
        Assert.Equal(["discard"], await SuggestedAsync(shell, script, "sbank dead-letters di"));
        Assert.Contains("--json", await SuggestedAsync(shell, script, "sbank balance --j"));
    }

    private async Task<string[]> SuggestedAsync(string shell, string script, string line)
    {
        var start = new ProcessStartInfo(shell)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = shell == "fish" ? ["--no-config", "-c", script, line] : ["-c", script, shell, line];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = $"{_home.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _home.FullName;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{shell}: {process.ExitCode} {await errors}");

        // fish adds what it knows of each behind a tab.
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static found => found.Split('\t')[0].Trim())];
    }
}
