using System.Diagnostics;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The operator as a process, as it is built.</summary>
public sealed class OperatorProcess : ServiceProcess
{
    private OperatorProcess(Uri http, ProcessStartInfo start)
        : base("operator", http, start) { }

    /// <summary>Starts it with a kubeconfig; its HTTP port is chosen here unless the arguments name one.</summary>
    public static OperatorProcess Start(string kubeconfig, params string[] arguments) =>
        Start(kubeconfig, new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>The same with more in its environment.</summary>
    public static OperatorProcess Start(string kubeconfig, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var named = Array.IndexOf(arguments, "--http");
        var http = named >= 0 ? new Uri($"http://{arguments[named + 1]}") : FreeHttp();
        var start = StartOf("SlurmBanking.Operator", named >= 0 ? arguments : [.. arguments, "--http", http.Authority]);
        start.Environment["KUBECONFIG"] = kubeconfig;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OperatorProcess(http, start);
    }
}
