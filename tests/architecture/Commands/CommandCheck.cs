using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>
/// Holds a command of a document against this tree: targets, scripts, projects, units, services of compose.yaml, and the options of our own
/// programs. Commands of others are known by name alone; one that is not known is wrong, so that nothing goes unseen.
/// </summary>
internal static partial class CommandCheck
{
    private const string Units = "eng/packaging/systemd/";

    // What comes before another command.
    private static readonly string[] Wrappers = ["setpriv", "env", "sudo", "exec", "time"];

    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        ".",
        "[",
        "alias",
        "apt-get",
        "cat",
        "cd",
        "chmod",
        "chown",
        "cp",
        "createdb",
        "curl",
        "echo",
        "export",
        "git",
        "grep",
        "install",
        "mkdir",
        "mv",
        "openssl",
        "pg_dump",
        "pg_restore",
        "podman",
        "restorecon",
        "rm",
        "scontrol",
        "sed",
        "semanage",
        "sqlite3",
        "squeue",
        "umask",
    };

    private static readonly HashSet<string> ForeignUnits = new(StringComparer.Ordinal) { "munge", "slurmctld", "slurmd", "slurmdbd" };

    public static IEnumerable<string> Problems(ShellCommand command)
    {
        var arguments = command.Words.Skip(1).ToList();
        var program = command.Program;
        return program switch
        {
            "make" => MakeAndScripts.Make(command),
            _ when program.StartsWith("eng/", StringComparison.Ordinal) => MakeAndScripts.Script(command),
            _ when Tests().Match(program) is { Success: true } tests => Suite(tests.Groups["name"].Value, arguments),
            _ when OwnProgram.Of(program) is { } own => own.Problems(arguments),
            _ when Wrappers.Contains(program) => Wrapped(command),
            "sbatch" or "srun" or "salloc" => SbatchOptions.Problems(arguments, []).Select(problem => $"{program} {problem}"),
            "dotnet" => Dotnet(arguments),
            "helm" => KubernetesTools.Helm(command),
            "kubectl" => KubernetesTools.Kubectl(command).Concat(Inner(command.Words.SkipWhile(static word => word != "--").Skip(1))),
            "docker" => Compose(arguments),
            "systemctl" => Services(arguments),
            _ when Foreign.Contains(program) => [],
            _ => [$"{program} is not known: neither ours, nor in the list of others"],
        };
    }

    private static IEnumerable<string> Inner(IEnumerable<string> words)
    {
        List<string> inner = [.. words];
        return inner.Count == 0 ? [] : Problems(new ShellCommand(0, inner, []));
    }

    private static IEnumerable<string> Wrapped(ShellCommand command) =>
        Inner(command.Words.Skip(1).SkipWhile(static word => word.StartsWith('-') || word.Contains('=', StringComparison.Ordinal)));

    private static IEnumerable<string> Suite(string name, List<string> arguments)
    {
        if (!Tree.Projects.Any(project => project.EndsWith($"/SlurmBanking.{name}.Tests.csproj", StringComparison.Ordinal)))
        {
            yield return $"there is no suite {name}";
        }

        foreach (var type in arguments.Where(static word => word.StartsWith('*')).Select(static word => word.TrimStart('*', '.')))
        {
            if (!Tree.CSharp.Any(file => file.EndsWith($"/{type}.cs", StringComparison.Ordinal)))
            {
                yield return $"there is no class {type}";
            }
        }
    }

    private static IEnumerable<string> Dotnet(List<string> arguments) =>
        arguments is ["build", var project, ..]
        && !Tree.Projects.Any(file => file == project || Path.GetDirectoryName(file) == project.TrimEnd('/'))
            ? [$"there is no project {project}"]
            : [];

    private static IEnumerable<string> Services(List<string> arguments) =>
        arguments
            .Skip(1)
            .Where(static word => !word.StartsWith('-'))
            .Select(static word => word.Replace(".service", "", StringComparison.Ordinal))
            .Where(static unit => !ForeignUnits.Contains(unit) && !Tree.Files.Contains($"{Units}{unit}.service"))
            .Select(static unit => $"there is no unit {unit}");

    // docker compose VERB [OPTION...] SERVICE...; what is executed in one is a command of its own.
    private static IEnumerable<string> Compose(List<string> arguments)
    {
        if (arguments is not ["compose", var verb, ..])
        {
            return ["only docker compose is known"];
        }

        var rest = arguments.Skip(2).ToList();
        while (rest is [['-', ..], ..])
        {
            rest.RemoveRange(0, rest[0] is "--user" or "-u" ? 2 : 1);
        }

        var services = verb is "exec" or "run" ? rest.Take(1) : rest;
        return services
            .Where(static service => !ComposeFile.Services.Contains(service))
            .Select(static service => $"compose.yaml has no service {service}")
            .Concat(verb is "exec" or "run" ? Inner(rest.Skip(1)) : []);
    }

    [GeneratedRegex(
        @"^artifacts/bin/SlurmBanking\.(?<name>\w+)\.Tests/release/SlurmBanking\.\k<name>\.Tests$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Tests();
}
