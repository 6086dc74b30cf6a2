using System.Diagnostics;
using System.Globalization;
using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// A pod of the chart without a kubelet: each container runs its command line as the manifest says, with its user, capabilities, mounts,
/// environment and a root filesystem that is read-only and has nothing but Debian's programs and our executables, where our images have
/// them. Not its own: network, process numbers, limits, seccomp. Mount namespaces take root.
/// </summary>
internal sealed class ChartPod
{
    // Tests' machines have no image: /image stands for what the executables are made of.
    private const string Script = """
        set -eu
        root=$1 tools=$2 built=$3 dotnet=$4 mounts=$5 hosts=$6 uid=$7 gid=$8 capabilities=$9
        shift 9
        mount -t tmpfs -o mode=0755 none "$root"
        cd "$root"
        mkdir usr proc dev etc tmp image image/tools image/built image/dotnet slurm-banking app
        for name in bin sbin lib lib64; do
            if [ -L "/$name" ]; then cp -P "/$name" .; elif [ -d "/$name" ]; then mkdir "$name"; mount --rbind "/$name" "$name"; fi
        done
        for name in usr proc dev; do mount --rbind "/$name" "$name"; done
        mount --bind "$tools/slurm-banking" slurm-banking
        mount --bind "$tools/app" app
        mount --bind "$built" image/built
        mount --bind "$dotnet" image/dotnet
        # An image's: the user of a pod need not be in it.
        printf '%s\n' root:x:0:0::/root:/bin/sh >etc/passwd
        printf '%s\n' "$hosts" >etc/hosts
        while IFS='|' read -r from to mode; do
            [ -n "$from" ] || continue
            mkdir -p "./$to"
            mount --bind "$from" "./$to"
            [ "$mode" = rw ] || mount -o remount,bind,ro "./$to"
        done <"$mounts"
        mount -o remount,ro "$root"
        exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
            --inh-caps=-all --bounding-set="$capabilities" "$@"
        """;

    private readonly YamlNode _pod;
    private readonly string _directory;
    private readonly List<(string Old, string New)> _changes = [];

    /// <param name="pod">Its spec.</param>
    /// <param name="directory">For its volumes; made here.</param>
    public ChartPod(YamlNode pod, string directory)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: mount namespaces");
        (_pod, _directory) = (pod, directory);
        foreach (var name in new[] { "root", "slurm-banking/sidecar", "slurm-banking/bin", "app/operator", "app/bank" })
        {
            Directory.CreateDirectory(In(name));
        }

        Launcher("slurm-banking/sidecar/sidecar", "SlurmBanking.Sidecar");
        File.Copy(Tree.In("artifacts/publish/sbank/sbank"), In("slurm-banking/bin/sbank"));
        File.Copy(Tree.In("artifacts/publish/operator/operator"), In("app/operator/operator"));
        Launcher("app/bank/bank", "SlurmBanking.Bank");
        foreach (var volume in Items(_pod, "volumes"))
        {
            var path = Directory.CreateDirectory(Volume(Scalar(volume, "name")!)).FullName;

            // A claim's belongs to the pod's group; the others are as the kubelet makes them.
            if (Find(volume, "emptyDir") is not null)
            {
                File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
            }
            else if (Find(volume, "persistentVolumeClaim") is not null)
            {
                Process.Start("chown", [$"0:{Scalar(_pod, "securityContext", "fsGroup")}", path]).WaitForExit();
                File.SetUnixFileMode(path, (UnixFileMode)0b010_111_111_101);
            }
        }
    }

    /// <summary>Of its environment, beside what the manifest says.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>A name by which it finds this machine.</summary>
    public string Host { get; set; } = "";

    /// <summary>What a volume holds.</summary>
    public string Volume(string name) => In($"volumes/{name}");

    /// <summary>In all command lines, such as an address that is the pod's own for one that is the machine's.</summary>
    public void Change(string old, string @new) => _changes.Add((old, @new));

    /// <summary>Runs an init container, or one that ends by itself; or, as "kubectl exec", another command in a container.</summary>
    public async Task<CommandResult> RunAsync(string container, params string[] command)
    {
        var start = StartOf(container, command);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Command.Patience);
        await process.WaitForExitAsync(patience.Token);
        return new CommandResult(container, process.ExitCode, await output, await error);
    }

    /// <summary>Starts a container.</summary>
    public RunningProcess Start(string container) => new(container, StartOf(container, []));

    private ProcessStartInfo StartOf(string name, string[] command)
    {
        var container = Named(Items(_pod, "initContainers").Concat(Items(_pod, "containers")), name);
        var mounts = In($"mounts-{name}");
        File.WriteAllLines(
            mounts,
            Items(container, "volumeMounts")
                .Select(mount =>
                    $"{Volume(Scalar(mount, "name")!)}|{Scalar(mount, "mountPath")}|{(Scalar(mount, "readOnly") == "true" ? "ro" : "rw")}"
                )
        );
        Assert.Equal("true", Scalar(container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("ALL", Assert.Single(Items(container, "securityContext", "capabilities", "drop")).ToString());
        var added = Items(container, "securityContext", "capabilities", "add")
            .Select(static one => $",+{one.ToString().ToLowerInvariant()}");
        string[] fixedArguments =
        [
            "--mount",
            "sh",
            "-c",
            Script,
            "sh",
            In("root"),
            _directory,
            Tree.In("artifacts", "bin"),
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..")),
            mounts,
            $"127.0.0.1 localhost {Host}",
            Security(container, "runAsUser"),
            Security(container, "runAsGroup"),
            $"-all{string.Concat(added)}",
        ];
        var words = command is [] ? Items(container, "command").Select(Changed) : command;
        var start = new ProcessStartInfo("unshare", [.. fixedArguments, .. words])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();

        // As runc and crun for a user that the image does not know; .NET's TLS wants one.
        start.Environment["HOME"] = "/";
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var variable in Items(container, "env"))
        {
            start.Environment[Scalar(variable, "name")!] = Scalar(variable, "value") ?? "";
        }

        foreach (var (key, value) in Variables)
        {
            start.Environment[key] = value;
        }

        return start;
    }

    // A container's word before the pod's; without one it would be the image's.
    private string Security(YamlNode container, string key) =>
        Scalar(container, "securityContext", key) ?? Scalar(_pod, "securityContext", key) ?? "65532";

    private string Changed(YamlNode word) =>
        _changes.Aggregate(word.ToString(), static (text, change) => text.Replace(change.Old, change.New, StringComparison.Ordinal));

    private void Launcher(string path, string project)
    {
        var assembly = Path.GetRelativePath(Tree.In("artifacts", "bin"), Tree.Built(project));
        File.WriteAllText(
            In(path),
            string.Create(CultureInfo.InvariantCulture, $"#!/bin/sh\nexec /image/dotnet/dotnet /image/built/{assembly} \"$@\"\n")
        );
        File.SetUnixFileMode(In(path), (UnixFileMode)0b111_101_101);
    }

    private string In(string name) => Path.Combine(_directory, name);
}
