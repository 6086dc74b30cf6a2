using System.Diagnostics;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The operator as a process, as it is published: compiled ahead of time.</summary>
public sealed class OperatorProcess : ServiceProcess
{
    private OperatorProcess(Uri http, ProcessStartInfo start)
        : base("operator", http, start) { }

    /// <summary>Starts it with a kubeconfig; its HTTP port is chosen here unless the arguments name one.</summary>
    public static OperatorProcess Start(string kubeconfig, params string[] arguments) =>
        Start(kubeconfig, new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>
    /// Starts it as in a pod, without a kubeconfig: its account's token and CA lie where the kubelet mounts them. Nobody else sees
    /// them there; that takes a mount namespace, and so root.
    /// </summary>
    /// <param name="account">Directory with token, ca.crt and namespace.</param>
    /// <param name="server">The API server, as a pod's environment names it.</param>
    /// <param name="arguments">Its command line; the HTTP port is chosen here.</param>
    public static OperatorProcess StartInPod(string account, Uri server, params string[] arguments)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: a mount namespace");
        const string mounts =
            "mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && "
            + "ln -s \"$0\" /run/secrets/kubernetes.io/serviceaccount && exec \"$@\"";
        var http = FreeHttp();
        var own = StartPublished([.. arguments, "--http", http.Authority]);
        var start = new ProcessStartInfo("unshare", ["--mount", "sh", "-c", mounts, account, own.FileName, .. own.ArgumentList]);
        start.Environment.Remove("KUBECONFIG");
        start.Environment["HOME"] = account;
        start.Environment["KUBERNETES_SERVICE_HOST"] = server.Host;
        start.Environment["KUBERNETES_SERVICE_PORT"] = server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new OperatorProcess(http, start);
    }

    private static ProcessStartInfo StartPublished(IEnumerable<string> arguments) =>
        new(Tree.In("artifacts/publish/operator/operator"), arguments);

    /// <summary>The same with more in its environment.</summary>
    public static OperatorProcess Start(string kubeconfig, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var named = Array.IndexOf(arguments, "--http");
        var http = named >= 0 ? new Uri($"http://{arguments[named + 1]}") : FreeHttp();
        var start = StartPublished(named >= 0 ? arguments : [.. arguments, "--http", http.Authority]);
        start.Environment["KUBECONFIG"] = kubeconfig;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OperatorProcess(http, start);
    }
}
