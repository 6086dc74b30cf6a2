using System.CommandLine;

namespace SlurmBanking.Cli.Commands;

/// <summary>sbank completion: scripts by which shells complete sbank's command lines, asking sbank itself.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _sbank() {
            local IFS=$'\n'
            COMPREPLY=($(sbank "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
        }
        complete -o default -F _sbank sbank
        """;

    private const string Zsh = """
        #compdef sbank
        _sbank() {
            local -a found
            found=("${(@f)$(sbank "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $found || _files
        }
        # Found by its name in fpath, it is called as well as read.
        if [ "$funcstack[1]" = _sbank ]; then _sbank "$@"; else compdef _sbank sbank; fi
        """;

    private const string Fish = """
        function __sbank_suggest
            set -l line (commandline -cp)
            sbank "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c sbank -a '(__sbank_suggest)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Writes a shell's completion script: source <(sbank completion bash)") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetRequiredValue(shell) switch
                {
                    "bash" => Bash,
                    "zsh" => Zsh,
                    _ => Fish,
                }
            );
            return ExitCode.Done;
        });
        return command;
    }
}
