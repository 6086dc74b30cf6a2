using System.Text.RegularExpressions;
using SlurmBanking.Operator.Rendering;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>
/// The values to paste, byte by byte and by what they have to be. Where the charts put them was checked against slurm 1.2.1 and
/// 1.3.0-rc1 of Slinky, slurm-cluster and nodesets 5.0.0 of soperator.
/// </summary>
public sealed partial class IntegrationValuesTests
{
    private const string Slinky = "slinky";
    private const string Soperator = "soperator";
    private const string Plain = "plain-pods";

    private static readonly Site Full = new()
    {
        Namespace = "slurm",
        Name = "prod",
        Cluster = "hpc1",
        Image = "registry.example/slurm-banking:0.1.0",
        Token = ("bank-token", "token"),
        BankCa = ("bank-ca", "ca.crt"),
        Port = 9465,
        SlurmName = "slurm",
        SlurmImage = "registry.example/slurmctld:25.11-rockylinux9",
    };

    /// <summary>Names that YAML takes for something else when they are not quoted.</summary>
    private static readonly Site Bare = new()
    {
        Namespace = "0x10",
        Name = "1.0",
        Cluster = "no",
        Image = "localhost:5000/slurm-banking@sha256:0123",
        Token = ("true", "1e3"),
        Port = 19465,
    };

    public static TheoryData<string> Flavors => [Slinky, Soperator, Plain];

    public static TheoryData<string, bool> Sites => new MatrixTheoryData<string, bool>([Slinky, Soperator, Plain], [true, false]);

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Values_are_what_was_checked_against_the_charts(string flavor)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "Rendering", "golden", "integration", flavor, "values.yaml");
        Assert.Equal(File.ReadAllText(golden), Render(flavor, Full));
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void What_is_mounted_is_a_volume_and_what_is_a_volume_is_mounted(string flavor, bool full)
    {
        foreach (var pod in Pods(flavor, full))
        {
            var mounted = pod.AllMounts.SelectMany(static mounts => mounts).Select(static mount => Yaml.Text(mount, "name")!).ToHashSet();
            var volumes = pod.Volumes.Select(static volume => volume.Key).ToList();
            Assert.Equal(volumes, volumes.Distinct());
            Assert.Equal(volumes.Concat(pod.Outside).Order(StringComparer.Ordinal), mounted.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void No_container_mounts_two_things_at_one_place(string flavor, bool full)
    {
        foreach (var mounts in Pods(flavor, full).SelectMany(static pod => pod.AllMounts))
        {
            var paths = mounts.Select(static mount => Yaml.Text(mount, "mountPath")!).ToList();
            Assert.Equal(paths.Distinct(), paths);
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Objects_are_the_operators_own_and_those_that_are_referred_to(string flavor, bool full)
    {
        var site = SiteOf(full);
        var pods = Pods(flavor, full);
        string[] maps =
            flavor == Soperator ? [OwnedNames.BankConfig(site.Name)] : [OwnedNames.BankConfig(site.Name), OwnedNames.Slurm(site.Name)];
        string[] secrets =
        [
            site.Token.Name,
            .. site.BankCa is { } ca ? [ca.Name] : Array.Empty<string>(),
            OwnedNames.ControllerCredentials(site.Name),
        ];
        Assert.Equal(maps.Order(StringComparer.Ordinal), Sources(pods, "configMap", "name"));
        Assert.Equal(secrets.Order(StringComparer.Ordinal), Sources(pods, "secret", "secretName"));
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void No_pod_waits_for_an_object_of_ours(string flavor, bool full)
    {
        foreach (var source in Pods(flavor, full).SelectMany(static pod => pod.Volumes).Select(static volume => volume.Value))
        {
            if ((Yaml.Find(source, "configMap") ?? Yaml.Find(source, "secret")) is { } content)
            {
                Assert.Equal("true", Yaml.Text(content, "optional"));
            }
        }
    }

    /// <summary>A file that is mounted by subPath never changes.</summary>
    [Theory]
    [MemberData(nameof(Sites))]
    public void Contents_are_mounted_as_directories_and_nobody_writes_them(string flavor, bool full)
    {
        foreach (var pod in Pods(flavor, full))
        {
            var contents = pod.Volumes.Where(static volume =>
                Yaml.Find(volume.Value, "emptyDir") is null && volume.Key != "slurm-banking-state"
            );
            var names = contents.Select(static volume => volume.Key).ToHashSet();
            foreach (
                var mount in pod.AllMounts.SelectMany(static mounts => mounts).Where(mount => names.Contains(Yaml.Text(mount, "name")!))
            )
            {
                Assert.Null(Yaml.Find(mount, "subPath"));
                Assert.Equal("true", Yaml.Text(mount, "readOnly"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Keys_are_where_bank_config_toml_looks_for_them(string flavor, bool full)
    {
        var site = SiteOf(full);
        var controller = Controller(flavor, full);
        Assert.Equal($"{MountPaths.BankToken}/{site.Token.Key}", PathOfItem(controller, site.Token.Name));
        if (site.BankCa is { } ca)
        {
            Assert.Equal($"{MountPaths.BankCa}/{ca.Key}", PathOfItem(controller, ca.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void The_sidecar_is_started_with_options_that_it_has(string flavor, bool full)
    {
        var words = Yaml.Items(Sidecar(flavor, full), "command").Select(static word => Yaml.Text(word)!).ToList();
        var documented = Option().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Rendering", "install.md")));
        Assert.Equal($"{MountPaths.Install}/sidecar/sidecar", words[0]);
        Assert.Equal(1, words.Count % 2);
        Assert.Empty(words.Skip(1).Where(static (_, index) => index % 2 == 0).Except(documented.Select(static match => match.Value)));

        var options = words.Skip(1).Chunk(2).ToDictionary(static pair => pair[0], static pair => pair[1]);
        Assert.Equal("controller", options["--role"]);
        Assert.Equal($"{MountPaths.BankConfig}/bank-config.toml", options["--config"]);
        Assert.Equal($"0.0.0.0:{SiteOf(full).Port}", options["--listen"]);
        Assert.Equal("0.0.0.0:9464", options["--http"]);

        var mounts = Yaml.Items(Sidecar(flavor, full), "volumeMounts").Select(static mount => Yaml.Text(mount, "mountPath")!).ToList();
        foreach (var path in options.Values.Where(static value => value.StartsWith('/')))
        {
            Assert.Contains(mounts, mount => path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Nothing_keeps_slurmctld_waiting_for_the_sidecar(string flavor, bool full)
    {
        var containers = Controller(flavor, full).InitContainers;
        Assert.Equal(
            ["slurm-banking-install", "slurm-banking-select", "slurm-banking-prepare", "slurm-banking"],
            containers.Select(static container => Yaml.Text(container, "name"))
        );
        Assert.Equal([null, null, null, "Always"], containers.Select(static container => Yaml.Text(container, "restartPolicy")));
        Assert.All(containers, static container => Assert.Null(Yaml.Find(container, "startupProbe")));
        Assert.All(containers, static container => Assert.Null(Yaml.Find(container, "readinessProbe")));
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Containers_have_no_rights(string flavor, bool full)
    {
        foreach (var container in Controller(flavor, full).InitContainers)
        {
            var context = Yaml.Find(container, "securityContext");
            var asRoot = flavor == Soperator && Yaml.Text(container, "name") == "slurm-banking-prepare";
            Assert.Equal(asRoot ? "0" : "401", Yaml.Text(context, "runAsUser"));
            Assert.Equal(asRoot ? null : "true", Yaml.Text(context, "runAsNonRoot"));
            Assert.Equal(asRoot ? ["CHOWN"] : [], Yaml.Items(context, "capabilities", "add").Select(static name => Yaml.Text(name)));
            Assert.Equal(["ALL"], Yaml.Items(context, "capabilities", "drop").Select(static name => Yaml.Text(name)));
            Assert.Equal("true", Yaml.Text(context, "readOnlyRootFilesystem"));
            Assert.Equal("false", Yaml.Text(context, "allowPrivilegeEscalation"));
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Pods_in_which_jobs_run_hold_no_secret_and_can_write_nothing_of_ours(string flavor, bool full)
    {
        var site = SiteOf(full);
        var pods = Pods(flavor, full).Where(static pod => !pod.IsController).ToList();
        Assert.Equal(2, pods.Count);
        foreach (var pod in pods)
        {
            Assert.All(pod.Volumes, static volume => Assert.Null(Yaml.Find(volume.Value, "secret")));
            Assert.All(pod.Mounts, static mount => Assert.Equal("true", Yaml.Text(mount, "readOnly")));
            Assert.DoesNotContain(pod.Mounts, static mount => Yaml.Text(mount, "mountPath") == MountPaths.BankToken);
            Assert.Equal(
                [MountPaths.NodeInstall(site.Cluster), MountPaths.NodeRuntime(site.Cluster)],
                pod.Volumes.Select(static volume => Yaml.Text(volume.Value, "hostPath", "path"))
                    .OfType<string>()
                    .Distinct()
                    .Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>The file that slurm.conf names, and in it the library and the socket that it names.</summary>
    [Theory]
    [MemberData(nameof(Sites))]
    public void What_plugstack_conf_names_is_in_slurmds_and_login_pods(string flavor, bool full)
    {
        foreach (var pod in Pods(flavor, full).Where(static pod => !pod.IsController))
        {
            var paths = pod.Mounts.Select(static mount => Yaml.Text(mount, "mountPath")).ToList();
            Assert.Contains(MountPaths.Runtime, paths);
            Assert.Contains(paths, static path => path!.EndsWith(MountPaths.Install, StringComparison.Ordinal));
            if (flavor != Soperator)
            {
                Assert.Contains(MountPaths.Slurm, paths);
                var volume = pod.Volumes.Single(static volume => volume.Key == NodePods.SlurmVolume);
                var item = Assert.Single(Yaml.Items(volume.Value, "configMap", "items"));
                Assert.Equal(SlurmFiles.PlugstackKey, Yaml.Text(item, "key"));
                Assert.Contains($"PlugStackConfig={MountPaths.Slurm}/{Yaml.Text(item, "path")}", SlurmFiles.SlurmConfLines);
            }
        }

        Assert.Contains(NodePods.SpankPlugin, SlurmFiles.Plugstack, StringComparison.Ordinal);
        if (flavor == Soperator)
        {
            var plugin = Assert.Single(Yaml.Items(Documents(flavor, full)[0], "plugStackConfig", "customPlugins"));
            Assert.Equal("false", Yaml.Text(plugin, "required"));
            Assert.Equal(NodePods.SpankPlugin, Yaml.Text(plugin, "path"));
            Assert.All(
                Yaml.Entries(plugin, "arguments"),
                static argument => Assert.Contains($"{argument.Key}={argument.Value}", SlurmFiles.Plugstack, StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slurm_conf_gets_the_lines_of_the_fragment_and_no_others(bool full)
    {
        var slinky = Yaml.Entries(Documents(Slinky, full)[0], "controller", "extraConfMap")
            .Select(static entry => $"{entry.Key}={entry.Value}");
        Assert.Equal(SlurmFiles.SlurmConfLines, slinky);
        Assert.Null(Yaml.Find(Documents(Slinky, full)[0], "controller", "extraConf"));

        // soperator's own plugstack.conf stays.
        var soperator = Yaml.Text(Documents(Soperator, full)[0], "customSlurmConfig")!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            SlurmFiles.SlurmConfLines.Where(static line => !line.StartsWith("PlugStackConfig=", StringComparison.Ordinal)),
            soperator
        );
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Slurms_image_is_said_once_and_nothing_runs_until_it_is(string flavor, bool full)
    {
        var containers = Controller(flavor, full).InitContainers;
        var slurm = SiteOf(full).SlurmImage ?? "";
        Assert.Equal([SiteOf(full).Image, slurm, slurm, slurm], containers.Select(static container => Yaml.Text(container, "image")));
        Assert.Single(Anchor().Matches(Render(flavor, SiteOf(full))));
        Assert.Contains($"&slurm-image \"{slurm}\"", Render(flavor, SiteOf(full)), StringComparison.Ordinal);
    }

    /// <summary>An emptyDir's root can be written by everybody: plugins trust no socket there, and keep nothing there.</summary>
    [Theory]
    [MemberData(nameof(Sites))]
    public void Slurmctld_and_sidecar_meet_in_directories_that_are_the_sidecars(string flavor, bool full)
    {
        var slurmctld = Controller(flavor, full).Mounts;
        foreach (var path in (string[])[MountPaths.Runtime, MountPaths.Spool])
        {
            var theirs = slurmctld.Single(mount => Yaml.Text(mount, "mountPath") == path);
            var ours = Yaml.Items(Sidecar(flavor, full), "volumeMounts").Single(mount => Yaml.Text(mount, "mountPath") == path);
            Assert.Equal("controller", Yaml.Text(theirs, "subPath"));
            Assert.Equal("controller", Yaml.Text(ours, "subPath"));
            Assert.Equal(Yaml.Text(ours, "name"), Yaml.Text(theirs, "name"));
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public void Each_plugin_directory_gets_both_plugins_and_their_library(string flavor, bool full)
    {
        var files = Controller(flavor, full)
            .Mounts.Where(static mount => Yaml.Text(mount, "mountPath")!.EndsWith(".so", StringComparison.Ordinal));
        var byDirectory = files.GroupBy(static mount => Path.GetDirectoryName(Yaml.Text(mount, "mountPath"))).ToList();
        Assert.Equal(flavor == Soperator ? 1 : 3, byDirectory.Count);
        foreach (var directory in byDirectory)
        {
            Assert.Equal(
                ["job_submit_slurm_banking.so", "jobcomp_slurm_banking.so", "libslurm_banking.so"],
                directory.Select(static mount => Path.GetFileName(Yaml.Text(mount, "mountPath"))).Order(StringComparer.Ordinal)
            );
            Assert.All(directory, static mount => Assert.Equal("true", Yaml.Text(mount, "readOnly")));
            Assert.All(
                directory,
                static mount => Assert.EndsWith(Path.GetFileName(Yaml.Text(mount, "mountPath"))!, Yaml.Text(mount, "subPath"))
            );
        }
    }

    /// <summary>Whatever gets into a name, it stays one value, also where it is part of a comment.</summary>
    [Theory]
    [MemberData(nameof(Flavors))]
    public void No_name_can_say_more_than_a_name(string flavor)
    {
        const string Nasty = "a\"b: {c}\n- d\t#\\";
        var site = Full with
        {
            Namespace = Nasty,
            Name = Nasty,
            Cluster = Nasty,
            Image = Nasty,
            Token = (Nasty, Nasty),
            BankCa = (Nasty, Nasty),
            SlurmName = Nasty,
        };
        var pods = PodsOf(flavor, Yaml.Documents(Render(flavor, site)));
        Assert.Contains(Nasty, Sources(pods, "secret", "secretName"));
        Assert.Contains($"{Nasty}-bank-config", Sources(pods, "configMap", "name"));
        Assert.Equal(Nasty, Yaml.Text(pods[0].InitContainers[0], "image"));
        Assert.Equal(Pods(flavor, full: true).Select(static pod => pod.Volumes.Count), pods.Select(static pod => pod.Volumes.Count));
    }

    private static Site SiteOf(bool full) => full ? Full : Bare;

    private static string Render(string flavor, Site site) =>
        flavor switch
        {
            Slinky => SlinkyValues.Render(site),
            Soperator => SoperatorValues.Render(site),
            _ => PlainPods.Render(site),
        };

    private static IReadOnlyList<YamlNode> Documents(string flavor, bool full) => Yaml.Documents(Render(flavor, SiteOf(full)));

    private static IReadOnlyList<RenderedPod> Pods(string flavor, bool full) => PodsOf(flavor, Documents(flavor, full));

    private static RenderedPod Controller(string flavor, bool full) => Pods(flavor, full).Single(static pod => pod.IsController);

    private static YamlNode Sidecar(string flavor, bool full) => Controller(flavor, full).InitContainers[^1];

    private static IReadOnlyList<RenderedPod> PodsOf(string flavor, IReadOnlyList<YamlNode> documents) =>
        flavor switch
        {
            Slinky =>
            [
                SlinkyPod("slurmctld", Yaml.Find(documents[0], "controller"), ["slurm-etc", "slurm-authsocket", "statesave"]),
                SlinkyPod("slurmd", Yaml.Find(documents[0], "nodesetDefaults"), []),
                SlinkyPod("login", Yaml.Find(documents[0], "loginsetDefaults"), []),
            ],
            Soperator =>
            [
                SoperatorPod("controller", documents[0], ["jail", "munge-socket", "controller-spool"]),
                SoperatorPod("login", documents[0], []),
                SoperatorNodeSet(Yaml.Items(documents[1], "nodesets")[0]),
            ],
            _ =>
            [
                PlainPod("slurmctld", documents[1], ["slurm-conf", "munge-socket"]),
                PlainPod("slurmd", documents[2], []),
                PlainPod("login", documents[3], []),
            ],
        };

    private static RenderedPod SlinkyPod(string container, YamlNode? values, IReadOnlyList<string> outside) =>
        new(
            container,
            Yaml.Items(values, container, "volumeMounts"),
            Yaml.Items(values, "podSpec", "initContainers"),
            [.. Yaml.Items(values, "podSpec", "volumes").Select(Named)],
            outside
        );

    private static RenderedPod SoperatorPod(string name, YamlNode document, IReadOnlyList<string> outside)
    {
        var values = Yaml.Find(document, "slurmNodes", name);
        var sources = Yaml.Items(document, "volumeSources").Select(Named).ToDictionary();
        IReadOnlyList<YamlNode> mounts =
        [
            .. Yaml.Items(values, "volumes", "customMounts"),
            .. Yaml.Items(values, "volumes", "jailSubMounts"),
        ];
        return new(
            name,
            mounts,
            Yaml.Items(values, "customInitContainers"),
            [.. mounts.Select(mount => KeyValuePair.Create(Yaml.Text(mount, "name")!, sources[Yaml.Text(mount, "volumeSourceName")!]))],
            outside
        );
    }

    private static RenderedPod SoperatorNodeSet(YamlNode values)
    {
        var volumes = Yaml.Find(values, "slurmd", "volumes");
        IReadOnlyList<YamlNode> mounts =
        [
            .. Yaml.Items(volumes, "customVolumeMounts"),
            .. Yaml.Items(volumes, "jailSubMounts").Select(InJail),
        ];
        return new(
            "slurmd",
            mounts,
            [],
            [.. mounts.Select(static mount => KeyValuePair.Create(Yaml.Text(mount, "name")!, Yaml.Find(mount, "volumeSource")!))],
            []
        );
    }

    /// <summary>Where soperator mounts it (VolumeMountPathJailUpper).</summary>
    private static YamlNode InJail(YamlNode mount)
    {
        var inJail = new YamlMappingNode(((YamlMappingNode)mount).Children);
        inJail.Children["mountPath"] = $"/mnt/jail.upper{Yaml.Text(mount, "mountPath")}";
        return inJail;
    }

    private static RenderedPod PlainPod(string container, YamlNode document, IReadOnlyList<string> outside)
    {
        var spec = Yaml.Find(document, "spec", "template", "spec");
        var main = Assert.Single(Yaml.Items(spec, "containers"));
        Assert.Equal(container, Yaml.Text(main, "name"));
        return new(
            container,
            Yaml.Items(main, "volumeMounts"),
            Yaml.Items(spec, "initContainers"),
            [.. Yaml.Items(spec, "volumes").Select(Named)],
            outside
        );
    }

    private static KeyValuePair<string, YamlNode> Named(YamlNode volume) => KeyValuePair.Create(Yaml.Text(volume, "name")!, volume);

    private static IEnumerable<string> Sources(IEnumerable<RenderedPod> pods, string kind, string key) =>
        pods.SelectMany(static pod => pod.Volumes)
            .Select(volume => Yaml.Text(volume.Value, kind, key))
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static string PathOfItem(RenderedPod controller, string secret)
    {
        var volume = controller.Volumes.Single(volume => Yaml.Text(volume.Value, "secret", "secretName") == secret);
        var mount = Yaml.Items(controller.InitContainers[^1], "volumeMounts").Single(mount => Yaml.Text(mount, "name") == volume.Key);
        var item = Assert.Single(Yaml.Items(volume.Value, "secret", "items"));
        Assert.Equal(Yaml.Text(item, "key"), Yaml.Text(item, "path"));
        return $"{Yaml.Text(mount, "mountPath")}/{Yaml.Text(item, "path")}";
    }

    [GeneratedRegex("--[a-z-]+", RegexOptions.None, 1000)]
    private static partial Regex Option();

    [GeneratedRegex("&[a-z-]+", RegexOptions.None, 1000)]
    private static partial Regex Anchor();
}
