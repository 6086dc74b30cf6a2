using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// A pod's containers, started in the kubelet's order with the files, users and rights that the manifest says: init containers one
/// after another, of which those with restartPolicy "Always" stay, then the others.
/// </summary>
internal sealed partial class Pod : IAsyncDisposable
{
    /// <summary>What a runtime leaves to a container that asks for nothing.</summary>
    private static readonly string[] UsualCapabilities =
    [
        "chown",
        "dac_override",
        "fowner",
        "fsetid",
        "kill",
        "setgid",
        "setuid",
        "setpcap",
        "net_bind_service",
        "sys_chroot",
    ];

    private readonly PodHost _host;
    private readonly string _name;
    private readonly JsonNode _spec;
    private readonly Func<string, IEnumerable<string>> _image;
    private readonly Dictionary<string, PodVolume> _volumes = new(StringComparer.Ordinal);
    private readonly List<RunningContainer> _containers = [];

    /// <param name="host">The machine.</param>
    /// <param name="name">Of the pod; of the machine too, where it has the machine's network.</param>
    /// <param name="spec">spec.template.spec of what makes it.</param>
    /// <param name="image">Options of eng/container.sh for an image.</param>
    public Pod(PodHost host, string name, JsonNode spec, Func<string, IEnumerable<string>> image)
    {
        (_host, _name, _spec, _image) = (host, name, spec, image);
        var directory = $"{host.Directory}/pods/{name}";
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        foreach (var volume in spec["volumes"]!.AsArray())
        {
            var made = new PodVolume(volume!, directory, host.Directory, (long?)spec["securityContext"]?["fsGroup"]);
            _volumes.Add(made.Name, made);
        }
    }

    public RunningContainer this[string name] => _containers.Last(container => container.Name == name);

    /// <summary>Where a volume is on the machine.</summary>
    public string PathOf(string volume) => _volumes[volume].Path;

    /// <summary>All that its containers have said.</summary>
    public string Log => string.Join('\n', _containers.Select(static container => $"--- {container.Name}\n{container.Log}"));

    public async Task StartAsync(StoredObjects objects)
    {
        Refresh(objects);
        foreach (var container in _spec["initContainers"]?.AsArray() ?? [])
        {
            var started = Launch(container!);
            if ((string?)container!["restartPolicy"] != "Always")
            {
                Assert.True(await started.ExitCodeAsync() == 0, $"the pod does not start: {started.Name}: {started.Log}");
            }
        }

        foreach (var container in _spec["containers"]!.AsArray())
        {
            Launch(container!);
        }
    }

    /// <summary>As the kubelet does it a while after ConfigMaps or Secrets have changed.</summary>
    public void Refresh(StoredObjects objects)
    {
        foreach (var volume in _volumes.Values)
        {
            volume.Refresh(objects);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Sidecars last, and in the other order.
        foreach (var container in Enumerable.Reverse(_containers))
        {
            await container.DisposeAsync();
        }
    }

    private RunningContainer Launch(JsonNode container)
    {
        var name = (string)container["name"]!;
        var environment = (container["env"]?.AsArray() ?? []).ToDictionary(
            static variable => (string)variable!["name"]!,
            variable => (string?)variable!["value"] ?? FieldOf((string)variable["valueFrom"]!["fieldRef"]!["fieldPath"]!)
        );
        string[] arguments =
        [
            "--hostname",
            _name,
            .. _image((string)container["image"]!),
            .. (container["volumeMounts"]?.AsArray() ?? []).SelectMany(mount => (string[])["--bind", MountOf(mount!)]),
            .. RightsOf(container["securityContext"]),
            .. environment.SelectMany(static variable => (string[])["--env", $"{variable.Key}={variable.Value}"]),
            "--",
            .. container["command"]!.AsArray().Select(word => Expand((string)word!, environment)),
        ];
        var started = new RunningContainer(_host, name, arguments);
        _containers.Add(started);
        return started;
    }

    private string FieldOf(string path)
    {
        Assert.Contains(path, (string[])["metadata.name", "spec.nodeName"]);
        return _name;
    }

    private string MountOf(JsonNode mount)
    {
        var source = _volumes[(string)mount["name"]!].Path;
        if ((string?)mount["subPath"] is { } below)
        {
            source = $"{source}/{below}";

            // The kubelet makes a directory of what is not there, with the rights of the volume's.
            if (!File.Exists(source) && !Directory.Exists(source))
            {
                Directory.CreateDirectory(source);
                Ownership.Run("chmod", $"--reference={_volumes[(string)mount["name"]!].Path}", source);
            }
        }

        return $"{source}:{(string)mount["mountPath"]!}{(((bool?)mount["readOnly"] ?? false) ? ":ro" : "")}";
    }

    private IEnumerable<string> RightsOf(JsonNode? context)
    {
        if ((bool?)context?["privileged"] ?? false)
        {
            return ["--privileged"];
        }

        // What a container does not say, its pod may.
        long IdOf(string field) => (long?)context?[field] ?? (long?)_spec["securityContext"]?[field] ?? 0;

        var added = context?["capabilities"] is { } named
            ? (named["add"]?.AsArray() ?? []).Select(static name => ((string)name!).ToLowerInvariant())
            : UsualCapabilities;
        return
        [
            "--user",
            $"{IdOf("runAsUser")}:{IdOf("runAsGroup")}",
            "--groups",
            $"{(long?)_spec["securityContext"]?["fsGroup"] ?? 0}",
            .. added.SelectMany(static name => (string[])["--capability", name]),
            .. ((bool?)context?["readOnlyRootFilesystem"] ?? false) ? (string[])["--read-only"] : [],
        ];
    }

    private static string Expand(string word, Dictionary<string, string> environment) =>
        Reference().Replace(word, match => environment[match.Groups["name"].Value]);

    [GeneratedRegex(@"\$\((?<name>[A-Z_]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
