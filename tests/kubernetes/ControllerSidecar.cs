using System.Diagnostics;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// The sidecar beside slurmctld as a process, as it is built, reading files that others lay out (see <see cref="MountedVolume"/>).
/// Slurm is two scripts: some partitions with a node each, and an empty queue.
/// </summary>
public sealed class ControllerSidecar : ServiceProcess
{
    private readonly DirectoryInfo _directory;

    private ControllerSidecar(DirectoryInfo directory, int port, Uri http, ProcessStartInfo start)
        : base("sidecar", http, start)
    {
        _directory = directory;
        Port = port;
    }

    /// <summary>Of gRPC over TLS on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What the operator's --sidecar-address takes.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The Unix socket on which users ask.</summary>
    public string ApiSocket => Path.Combine(_directory.FullName, "run", "api.sock");

    /// <summary>The Unix socket on which Slurm's plugins ask.</summary>
    public string PluginSocket => Path.Combine(_directory.FullName, "run", "sidecar.sock");

    /// <param name="files">What it reads; files need not exist yet.</param>
    /// <param name="partitions">Names; "normal" when there are none.</param>
    public static ControllerSidecar Start(ControllerFiles files, params string[] partitions) => StartWith("", files, partitions);

    /// <summary>The same with other files than this machine's.</summary>
    /// <param name="mounts">Commands of a shell in a mount namespace of its own, which takes root; "" for none.</param>
    /// <param name="files">What it reads; files need not exist yet.</param>
    /// <param name="partitions">Names; "normal" when there are none.</param>
    public static ControllerSidecar StartWith(string mounts, ControllerFiles files, params string[] partitions)
    {
        var directory = Directory.CreateTempSubdirectory("slurm-banking-controller.");
        string In(string name) => Path.Combine(directory.FullName, name);
        foreach (var name in new[] { "bin", "state", "run", "spool" })
        {
            Directory.CreateDirectory(In(name));
        }

        Script(In("bin/squeue"), "");
        Script(In("bin/scontrol"), Scontrol(partitions is [] ? ["normal"] : partitions));
        var (port, http) = (Ports.Free(), FreeHttp());
        string[] arguments =
        [
            "--role",
            "controller",
            "--config",
            files.Config,
            "--state",
            In("state"),
            "--runtime-dir",
            In("run"),
            "--spool",
            In("spool"),
            "--http",
            http.Authority,
            "--listen",
            $"127.0.0.1:{port}",
            "--tls-cert",
            files.TlsCertificate,
            "--tls-key",
            files.TlsKey,
            "--node-tokens",
            files.NodeTokens,
            "--login-tokens",
            files.LoginTokens,
        ];
        var start = StartOf("SlurmBanking.Sidecar", arguments);
        if (mounts.Length > 0)
        {
            string[] own = [start.FileName, .. start.ArgumentList];
            start = new ProcessStartInfo("/usr/bin/unshare", ["--mount", "/bin/sh", "-euc", AmongTools(mounts), "sh", .. own]);
        }

        // A Slurm that happens to be on this machine is not part of the test.
        start.Environment["PATH"] = In("bin");
        return new ControllerSidecar(directory, port, http, start);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static string Scontrol(string[] partitions)
    {
        var shown = partitions.Select(
            (name, index) =>
                $"PartitionName={name} Default={(index == 0 ? "YES" : "NO")} DefaultTime=01:00:00 MaxTime=7-00:00:00 OverSubscribe=NO"
        );
        var nodes = partitions.Select(
            (name, index) => $"NodeName=n{index:D4} Sockets=2 ThreadsPerCore=1 Partitions={name} CfgTRES=cpu=64,mem=256000M,billing=64"
        );
        return $"""
            case "$*" in
            *partition*) echo '{string.Join('\n', shown)}' ;;
            *node*) echo '{string.Join('\n', nodes)}' ;;
            *ping*) echo 'Slurmctld(primary) at localhost is UP' ;;
            esac
            """;
    }

    private static string AmongTools(string mounts) => $"own=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin\n{mounts}\nPATH=$own\nexec \"$@\"";

    private static void Script(string path, string text)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
