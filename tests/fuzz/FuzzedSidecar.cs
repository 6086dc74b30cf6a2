using System.Diagnostics;
using System.Net.Sockets;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>
/// A sidecar as a process (the published one when there is one) that knows a cluster with one partition and an empty queue:
/// scontrol and squeue are scripts that print just that.
/// </summary>
internal sealed class FuzzedSidecar : IDisposable
{
    private const int KeptLines = 40;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-fuzz-");
    private readonly Process _process;
    private readonly Queue<string> _last = new();
    private readonly Dictionary<string, int> _faults = new(StringComparer.Ordinal);

    public FuzzedSidecar(Uri bank)
    {
        foreach (var name in new[] { "bin", "state", "run", "spool" })
        {
            Directory.CreateDirectory(In(name));
        }

        Script("squeue", "");
        Script(
            "scontrol",
            """
            case "$*" in
            *partition*) echo "PartitionName=normal Default=YES DefaultTime=01:00:00 MaxTime=7-00:00:00 OverSubscribe=NO" ;;
            *) echo "NodeName=n0001 Sockets=2 ThreadsPerCore=1 Partitions=normal CfgTRES=cpu=64,mem=256000M,billing=64" ;;
            esac
            """
        );
        File.WriteAllText(
            In("bank-config.toml"),
            $"API.url = \"{bank.ToString().TrimEnd('/')}\"\nAPI.token = \"t\"\nPartitionPrice.normal = 1\n"
        );
        string[] arguments =
        [
            "--config",
            In("bank-config.toml"),
            "--state",
            In("state"),
            "--runtime-dir",
            In("run"),
            "--spool",
            In("spool"),
            "--http",
            "none",
        ];
        var start = StartOf(arguments);
        start.Environment["PATH"] = $"{In("bin")}:{start.Environment["PATH"]}";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string HookSocket => In("run/sidecar.sock");

    public string ApiSocket => In("run/api.sock");

    public string Spool => In("spool");

    public bool IsAlive => !_process.HasExited;

    public Vitals Vitals => Vitals.Of(_process.Id);

    /// <summary>Errors that it has logged, shortened to what and where, with how often.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_last)
            {
                return [.. _faults.Select(static fault => $"{fault.Value} x {fault.Key}")];
            }
        }
    }

    /// <summary>The last lines that it has logged.</summary>
    public string Last
    {
        get
        {
            lock (_last)
            {
                return string.Join('\n', _last);
            }
        }
    }

    /// <summary>Until submissions are priced.</summary>
    public async Task UntilReadyAsync()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await Api.StatusAsync(ApiSocket)).View.Ready)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && i < 300 && IsAlive)
            {
                // Not yet listening.
            }

            Assert.True(i < 300 && IsAlive, Last);
            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static ProcessStartInfo StartOf(string[] arguments)
    {
        var artifacts = new DirectoryInfo(AppContext.BaseDirectory);
        while (artifacts.Name != "artifacts")
        {
            artifacts = artifacts.Parent!;
        }

        var published = Path.Combine(artifacts.FullName, "publish", "sidecar", "sidecar");
        var built = Path.Combine(artifacts.FullName, "bin", "SlurmBanking.Sidecar", "release", "SlurmBanking.Sidecar.dll");
        var start = File.Exists(published)
            ? new ProcessStartInfo(published, arguments)
            : new ProcessStartInfo("dotnet", [built, .. arguments]);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }

    private string In(string name) => Path.Combine(_directory.FullName, name);

    private void Script(string name, string text)
    {
        File.WriteAllText(In($"bin/{name}"), $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(In($"bin/{name}"), (UnixFileMode)0b111_101_101);
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }

            // "TIME fail: CATEGORY[ID] text": the time says nothing, and a stack is as long as it needs to be.
            var at = line.IndexOf(" fail: ", StringComparison.Ordinal) is var fail and >= 0
                ? fail
                : line.IndexOf(" crit: ", StringComparison.Ordinal);
            if (at >= 0)
            {
                var fault = line[at..Math.Min(line.Length, at + 900)];
                _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
            }
        }
    }
}
