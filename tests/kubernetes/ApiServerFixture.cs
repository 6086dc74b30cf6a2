using k8s;
using k8s.Autorest;
using k8s.Models;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// A real Kubernetes API server with RBAC, its etcd and its controllers, for all tests of a collection. It is 1.20: CRDs,
/// server-side apply, watches, leases, webhooks, tokens and garbage collection are there; CEL and newer API versions are not.
/// Where its binaries can't be had, a test is skipped with the reason as soon as it asks for anything.
/// </summary>
public sealed class ApiServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-kubernetes.");
    private ControlPlane? _plane;
    private k8s.Kubernetes? _admin;
    private KubernetesBinaries _binaries = new("", "the API server was not started");
    private int _names;

    /// <summary>Who vouches for the API server and for proxies before it.</summary>
    public Authority Authority { get; } = new("slurm-banking-test");

    /// <summary>Of the API server itself; it stays when that is killed and started again.</summary>
    public Uri Url => Plane.Url;

    /// <summary>Path of a kubeconfig that may do all.</summary>
    public string AdminKubeconfig => In("admin.kubeconfig");

    /// <summary>A client that may do all.</summary>
    public k8s.Kubernetes Admin
    {
        get
        {
            SkipWithoutServer();
            return _admin!;
        }
    }

    /// <summary>kube-apiserver's process; another one after <see cref="StartServerAsync"/>.</summary>
    public RunningProcess Server => Plane.Server;

    /// <summary>What etcd, kube-apiserver and kube-controller-manager have said last.</summary>
    public string Logs => _plane?.Tail() ?? "";

    private ControlPlane Plane
    {
        get
        {
            SkipWithoutServer();
            return _plane!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _binaries = await KubernetesBinaries.Here;
            if (_binaries.Problem.Length > 0)
            {
                // A skip that a fixture asks for is taken as a failure: each test asks for its own.
                return;
            }

            _plane = new ControlPlane(_binaries.Directory, _directory.FullName, Authority);
            await _plane.StartAsync();
            await File.WriteAllTextAsync(AdminKubeconfig, Kubeconfig.OfCertificate(Url, Authority.CertificatePem, _plane.AdminCertificate));
            _admin = ClientOf(AdminKubeconfig);
        }
        catch
        {
            // Nobody disposes of a fixture that did not start.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        Authority.Dispose();
        if (_directory.Exists)
        {
            _directory.Delete(recursive: true);
            _directory.Refresh();
        }
    }

    /// <summary>A path in the fixture's temporary directory.</summary>
    public string In(string name) => Path.Combine(_directory.FullName, name);

    /// <summary>kubectl 1.35 as admin; where the server does not know a field, it needs --validate=false.</summary>
    public Task<CommandResult> KubectlAsync(params string[] arguments) => RunAsync("kubectl", "", arguments);

    /// <summary>The same with standard input: <c>("…yaml…", "apply", "-f", "-")</c>.</summary>
    public Task<CommandResult> KubectlWithInputAsync(string input, params string[] arguments) => RunAsync("kubectl", input, arguments);

    /// <summary>helm 4 as admin.</summary>
    public Task<CommandResult> HelmAsync(params string[] arguments) => RunAsync("helm", "", arguments);

    /// <summary>A script as an admin types it, with both of these on the path.</summary>
    public Task<CommandResult> ShellAsync(string script, string directory) =>
        RunAsync(
            "/bin/bash",
            "",
            ["-euo", "pipefail", "-c", $"PATH=\"$1:$PATH\"; cd \"$2\"; {script}", "bash", _binaries.Directory, directory]
        );

    /// <summary>A client with a kubeconfig.</summary>
    public static k8s.Kubernetes ClientOf(string kubeconfig) => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));

    /// <summary>Creates a namespace that no other test uses.</summary>
    public async Task<string> NewNamespaceAsync(string prefix = "test")
    {
        var name = UniqueName(prefix);
        await Admin.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        return name;
    }

    /// <summary>A name that nobody else has, for what is not in a namespace.</summary>
    public string UniqueName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    /// <summary>Deletes a namespace, and waits until it is gone.</summary>
    public async Task DeleteNamespaceAsync(string name, TimeSpan? within = null)
    {
        await KubectlAsync("delete", "namespace", name, "--wait=false", "--ignore-not-found");
        await Until.TrueAsync(
            async () => (await Admin.CoreV1.ListNamespaceAsync(fieldSelector: $"metadata.name={name}")).Items.Count == 0,
            $"namespace {name} is gone",
            within
        );
    }

    /// <summary>Applies the CRDs of a file or directory, and waits until their objects can be listed.</summary>
    public async Task InstallCrdAsync(string path)
    {
        (await KubectlAsync("apply", "--validate=false", "-f", path)).Must();
        var applied = (await KubectlAsync("get", "-f", path, "-o", "jsonpath={..metadata.name}")).Must();
        foreach (var name in applied.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await UntilServedAsync(name);
        }
    }

    /// <summary>Creates a ServiceAccount, which may do nothing yet.</summary>
    public Task NewServiceAccountAsync(string @namespace, string name) =>
        Admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = name } }, @namespace);

    /// <summary>Lets a ServiceAccount do, in all namespaces, what a ClusterRole allows.</summary>
    public Task GrantAsync(string @namespace, string account, string clusterRole) =>
        Admin.RbacAuthorizationV1.CreateClusterRoleBindingAsync(
            new V1ClusterRoleBinding
            {
                Metadata = new V1ObjectMeta { Name = UniqueName($"{@namespace}-{account}") },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "ClusterRole",
                    Name = clusterRole,
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        Kind = "ServiceAccount",
                        Name = account,
                        NamespaceProperty = @namespace,
                    },
                ],
            }
        );

    /// <summary>A token of a ServiceAccount, good for a day.</summary>
    public async Task<string> TokenAsync(string @namespace, string account)
    {
        var request = new Authenticationv1TokenRequest
        {
            Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 24 * 3600 },
        };
        return (await Admin.CoreV1.CreateNamespacedServiceAccountTokenAsync(request, account, @namespace)).Status.Token;
    }

    /// <summary>A kubeconfig with a ServiceAccount's token.</summary>
    /// <param name="namespace">Of the account.</param>
    /// <param name="account">An existing one.</param>
    /// <param name="server">The API server when it is not given; or a proxy's address.</param>
    /// <returns>Its path.</returns>
    public async Task<string> KubeconfigAsync(string @namespace, string account, Uri? server = null)
    {
        var path = In($"{UniqueName($"{@namespace}-{account}")}.kubeconfig");
        var token = await TokenAsync(@namespace, account);
        await File.WriteAllTextAsync(path, Kubeconfig.OfToken(server ?? Url, Authority.CertificatePem, token));
        return path;
    }

    /// <summary>A kubeconfig that may do all, through a proxy, where the admin's certificate would be lost.</summary>
    public async Task<string> AdminKubeconfigAsync(Uri server)
    {
        const string home = "default";
        var account = UniqueName("admin");
        await NewServiceAccountAsync(home, account);
        await GrantAsync(home, account, "cluster-admin");
        return await KubeconfigAsync(home, account, server);
    }

    /// <summary>SIGSTOP: connections stay, and nothing comes.</summary>
    public void FreezeServer() => Server.Freeze();

    /// <summary>SIGCONT.</summary>
    public void ThawServer() => Server.Thaw();

    /// <summary>SIGKILL.</summary>
    public Task KillServerAsync() => Plane.KillServerAsync();

    /// <summary>After a kill: on the same port and data, and waits until it is ready.</summary>
    public Task StartServerAsync() => Plane.StartServerAsync();

    private async Task UntilServedAsync(string crd)
    {
        await Until.TrueAsync(
            async () =>
            {
                var definition = await Admin.ApiextensionsV1.ReadCustomResourceDefinitionAsync(crd);
                var version = definition.Spec.Versions.First(static version => version.Served).Name;
                if (definition.Status?.Conditions?.Any(static condition => condition is { Type: "Established", Status: "True" }) != true)
                {
                    return false;
                }

                // Established is said a moment before the first request is served.
                using var answer = await Admin.HttpClient.GetAsync(
                    new Uri(Url, $"/apis/{definition.Spec.Group}/{version}/{definition.Spec.Names.Plural}")
                );
                return answer.IsSuccessStatusCode;
            },
            $"the API server serves {crd}"
        );
    }

    private void SkipWithoutServer() => Assert.SkipWhen(_binaries.Problem.Length > 0, _binaries.Problem);

    private Task<CommandResult> RunAsync(string command, string input, string[] arguments)
    {
        SkipWithoutServer();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KUBECONFIG"] = AdminKubeconfig,

            // Caches of discovery and charts belong to this server.
            ["HOME"] = Directory.CreateDirectory(In("home")).FullName,
            ["XDG_CACHE_HOME"] = In("home/cache"),
            ["XDG_CONFIG_HOME"] = In("home/config"),
            ["XDG_DATA_HOME"] = In("home/data"),
        };
        return Command.RunAsync(Path.Combine(_binaries.Directory, command), arguments, environment, input);
    }
}
