namespace SlurmBanking.Operator.Rendering;

/// <summary>Names of the objects that belong to a BankingConfig, in its namespace.</summary>
internal static class OwnedNames
{
    /// <summary>ConfigMap: what the controller's sidecar reads.</summary>
    public static string BankConfig(string config) => $"{config}-bank-config";

    /// <summary>ConfigMap: what Slurm reads.</summary>
    public static string Slurm(string config) => $"{config}-slurm";

    /// <summary>ConfigMap: values to paste into the charts of Slurm's operators.</summary>
    public static string Integration(string config) => $"{config}-integration";

    /// <summary>Service of the controller's sidecar, and the name that its certificate is for.</summary>
    public static string Service(string config) => $"{config}-sidecar";

    /// <summary>Secret that no pod mounts: the CA's key, and what is known of rotations.</summary>
    public static string Authority(string config) => $"{config}-ca";

    /// <summary>Secret for the controller's sidecar: certificate, key, accepted tokens.</summary>
    public static string ControllerCredentials(string config) => $"{config}-controller";

    /// <summary>Secret for compute nodes' sidecars: CA and a token of scope node.</summary>
    public static string NodeCredentials(string config) => $"{config}-node";

    /// <summary>Secret for login nodes' sidecars: CA and a token of scope login.</summary>
    public static string LoginCredentials(string config) => $"{config}-login";
}
