namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Where kube-apiserver, kube-controller-manager, etcd, kubectl and helm are (eng/kubernetes.sh).</summary>
/// <param name="Directory">Empty where they can't be had.</param>
/// <param name="Problem">Why they can't; empty where they can.</param>
internal sealed record KubernetesBinaries(string Directory, string Problem)
{
    // The first time, the script builds them from source.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private static readonly Lazy<Task<KubernetesBinaries>> Found = new(FindAsync);

    /// <summary>Looks for them once, and makes them when they are not there.</summary>
    public static Task<KubernetesBinaries> Here => Found.Value;

    private static async Task<KubernetesBinaries> FindAsync()
    {
        var result = await Command.RunAsync(Tree.In("eng", "kubernetes.sh"), [], patience: Patience, heard: Console.Error.WriteLine);
        var last = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5);
        return result.Succeeded
            ? new KubernetesBinaries(result.Output.Trim(), "")
            : new KubernetesBinaries("", $"no Kubernetes API server to test against: {string.Join("; ", last)}");
    }
}
