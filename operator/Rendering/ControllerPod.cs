using static SlurmBanking.Operator.Rendering.YamlText;

namespace SlurmBanking.Operator.Rendering;

/// <summary>
/// What is added to slurmctld's pod, wherever it comes from. The contract with our image: <c>/slurm-banking/install DIR</c> copies
/// everything to DIR: <c>bin/select</c> (static), <c>sidecar/</c>, <c>certs/ca-certificates.crt</c>, all builds of the plugins.
/// <c>DIR/bin/select</c>, run in the pod's own Slurm image, takes the builds for the Slurm and the distribution it finds itself in
/// to <c>DIR/plugins</c>; it always leaves all of <see cref="PluginFiles"/> there and always exits with 0.
/// </summary>
internal static class ControllerPod
{
    /// <summary>Uid and gid of the sidecar: those of SlurmUser in Slinky's images.</summary>
    public const int Uid = 401;

    /// <summary>
    /// Stands for the image of the pod's own Slurm where it is not known: empty, because every chart and the API server then
    /// refuse the values before anything runs. A wrong guess would change the cluster's Slurm, or choose plugins for another.
    /// </summary>
    public const string UnknownImage = "";

    public const string InstallVolume = "slurm-banking-install";
    public const string RuntimeVolume = "slurm-banking-run";
    public const string SpoolVolume = "slurm-banking-spool";
    public const string ConfigVolume = "slurm-banking-config";
    public const string TokenVolume = "slurm-banking-token";
    public const string BankCaVolume = "slurm-banking-bank-ca";
    public const string CredentialsVolume = "slurm-banking-credentials";

    /// <summary>
    /// Below an emptyDir's root, which everybody can write: the directory that <see cref="Prepare"/> makes there is what both
    /// slurmctld and the sidecar mount, so that the plugins find their default paths, with owners they trust.
    /// </summary>
    public const string Folder = "controller";

    /// <summary>What slurmctld loads; the library is found beside the plugins.</summary>
    public static IReadOnlyList<string> PluginFiles { get; } =
    ["job_submit_slurm_banking.so", "jobcomp_slurm_banking.so", "libslurm_banking.so"];

    /// <summary>Slurm's default plugin directories: Debian and Ubuntu on both architectures, Rocky.</summary>
    private static readonly string[] PluginDirectories =
    [
        "/usr/lib/x86_64-linux-gnu/slurm",
        "/usr/lib/aarch64-linux-gnu/slurm",
        "/usr/lib64/slurm",
    ];

    /// <summary>First init container.</summary>
    public static string Install(Site site) =>
        $$"""
            # 1. Our image copies the sidecar and all builds of the plugins into the pod.
            - name: slurm-banking-install
              image: {{Quote(site.Image)}}
              command: ["/slurm-banking/install", {{Quote(MountPaths.Install)}}]
            {{Indent(2, Confined())}}
              volumeMounts:
                - {name: {{InstallVolume}}, mountPath: {{Quote(MountPaths.Install)}}}
            """;

    /// <summary>Second init container.</summary>
    /// <param name="image">YAML of the pod's own Slurm image.</param>
    public static string Select(string image) =>
        $$"""
            # 2. The pod's own Slurm image takes the builds that its slurmctld can load.
            - name: slurm-banking-select
              image: {{image}}
              command: [{{Quote($"{MountPaths.Install}/bin/select")}}]
            {{Indent(2, Confined())}}
              volumeMounts:
                - {name: {{InstallVolume}}, mountPath: {{Quote(MountPaths.Install)}}}
            """;

    /// <summary>Third init container, for pods in which slurmctld runs as the sidecar's user.</summary>
    /// <param name="image">YAML of the pod's own Slurm image.</param>
    public static string Prepare(string image) =>
        $$"""
            # 3. Directories that only the sidecar's user can write; the roots of the volumes are anybody's.
            - name: slurm-banking-prepare
              image: {{image}}
              command:
                - /bin/sh
                - -ec
                - |
                  mkdir -p -m 0755 {{MountPaths.Runtime}}/{{Folder}}
                  mkdir -p -m 0700 {{MountPaths.Spool}}/{{Folder}}
            {{Indent(2, Confined())}}
              volumeMounts:
                - {name: {{RuntimeVolume}}, mountPath: {{Quote(MountPaths.Runtime)}}}
                - {name: {{SpoolVolume}}, mountPath: {{Quote(MountPaths.Spool)}}}
            """;

    /// <summary>
    /// The native sidecar. No startup probe: slurmctld must not wait for it. No readiness probe: it would take slurmctld out of
    /// its Service.
    /// </summary>
    /// <param name="image">YAML of the pod's own Slurm image.</param>
    /// <param name="slurmMounts">Mounts of slurm.conf, of the socket for authentication, and of the state.</param>
    public static string Sidecar(Site site, string image, string slurmMounts) =>
        $$"""
            # 4. The sidecar, beside slurmctld for as long as the pod lives: Slurm's own image, for its squeue and scontrol. Nothing
            #    waits for it, and slurmctld goes on without it.
            - name: slurm-banking
              image: {{image}}
              restartPolicy: Always
              command:
            {{Indent(4, [.. CommandLine(site).Select(static word => $"- {Quote(word)}")])}}
              env:
                # A directory of its own in the state volume: backup controllers may share that.
                - name: POD_NAME
                  valueFrom:
                    fieldRef: {fieldPath: metadata.name}
                # Slurm's images may lack CAs; the root filesystem is read-only.
                - {name: SSL_CERT_FILE, value: {{Quote($"{MountPaths.Install}/certs/ca-certificates.crt")}}}
                - {name: TMPDIR, value: {{Quote(MountPaths.State)}}}
              ports:
                - {name: banking-grpc, containerPort: {{site.Port}}}
                - {name: banking-http, containerPort: 9464}
              resources:
                requests: {cpu: 50m, memory: 128Mi}
            {{Indent(2, Confined())}}
              volumeMounts:
            {{Indent(4, slurmMounts, SecretMounts(site))}}
                - {name: {{InstallVolume}}, mountPath: {{Quote(MountPaths.Install)}}, readOnly: true}
                - {name: {{RuntimeVolume}}, mountPath: {{Quote(MountPaths.Runtime)}}, subPath: {{Folder}}}
                - {name: {{SpoolVolume}}, mountPath: {{Quote(MountPaths.Spool)}}, subPath: {{Folder}}}
            """;

    /// <summary>Mounts of slurmctld's own container.</summary>
    public static string SlurmctldMounts() =>
        $$"""
            # Where the plugins look for the sidecar, and keep what it can't take.
            - {name: {{RuntimeVolume}}, mountPath: {{Quote(MountPaths.Runtime)}}, subPath: {{Folder}}, readOnly: true}
            - {name: {{SpoolVolume}}, mountPath: {{Quote(MountPaths.Spool)}}, subPath: {{Folder}}}
            # The plugins, as files in Slurm's own plugin directory: PluginDir stays as it is. Ubuntu on amd64, on arm64, Rocky: the two
            # directories that your image does not have come into being and do no harm.
            {{Indent(0, [.. PluginDirectories.SelectMany(static directory => PluginFiles, PluginMount)])}}
            """;

    /// <summary>Volumes of the pod, where each can be mounted as often as wanted.</summary>
    public static string Volumes(Site site) =>
        Indent(
            0,
            [
                "# Ours: binaries, sockets, and what plugins could not hand over.",
                .. new[] { InstallVolume, RuntimeVolume, SpoolVolume }.Select(static name => $"- name: {name}\n  emptyDir: {{}}"),
                "# optional: slurmctld's pod starts without them; what comes later is seen without a restart.",
                .. ContentVolumes(site).Select(static volume => $"- name: {volume.Name}\n{Indent(2, volume.Source)}"),
            ]
        );

    /// <summary>Volumes with what the BankingConfig says, owns and refers to.</summary>
    public static IEnumerable<(string Name, string MountPath, string Source)> ContentVolumes(Site site)
    {
        yield return (
            ConfigVolume,
            MountPaths.BankConfig,
            $"configMap: {{name: {Quote(OwnedNames.BankConfig(site.Name))}, optional: true}}"
        );
        yield return (TokenVolume, MountPaths.BankToken, SecretSource(site.Token));
        if (site.BankCa is { } ca)
        {
            yield return (BankCaVolume, MountPaths.BankCa, SecretSource(ca));
        }

        yield return (
            CredentialsVolume,
            MountPaths.Credentials,
            $"secret: {{secretName: {Quote(OwnedNames.ControllerCredentials(site.Name))}, optional: true}}"
        );
    }

    /// <summary>Not root, nothing to gain, nothing to write but volumes.</summary>
    private static string Confined() =>
        $$"""
            securityContext:
              runAsNonRoot: true
              runAsUser: {{Uid}}
              runAsGroup: {{Uid}}
              readOnlyRootFilesystem: true
              allowPrivilegeEscalation: false
              capabilities: {drop: [ALL]}
              seccompProfile: {type: RuntimeDefault}
            """;

    private static string[] CommandLine(Site site) =>
        [
            $"{MountPaths.Install}/sidecar/sidecar",
            "--role",
            "controller",
            "--config",
            $"{MountPaths.BankConfig}/bank-config.toml",
            "--state",
            $"{MountPaths.State}/$(POD_NAME)",
            "--runtime-dir",
            MountPaths.Runtime,
            "--spool",
            MountPaths.Spool,
            "--http",
            "0.0.0.0:9464",
            "--listen",
            $"0.0.0.0:{site.Port}",
            "--tls-cert",
            $"{MountPaths.Credentials}/tls.crt",
            "--tls-key",
            $"{MountPaths.Credentials}/tls.key",
            "--node-tokens",
            $"{MountPaths.Credentials}/node-tokens",
            "--login-tokens",
            $"{MountPaths.Credentials}/login-tokens",
        ];

    private static string SecretMounts(Site site) =>
        string.Join(
            '\n',
            ContentVolumes(site).Select(static volume => $"- {{name: {volume.Name}, mountPath: {Quote(volume.MountPath)}, readOnly: true}}")
        );

    private static string PluginMount(string directory, string file) =>
        $"- {{name: {InstallVolume}, mountPath: {directory}/{file}, subPath: plugins/{file}, readOnly: true}}";

    private static string SecretSource((string Name, string Key) secret) =>
        $$"""
            secret:
              secretName: {{Quote(secret.Name)}}
              optional: true
              items: [{key: {{Quote(secret.Key)}}, path: {{Quote(secret.Key)}}}]
            """;
}
