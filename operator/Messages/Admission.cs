namespace SlurmBanking.Operator.Messages;

/// <summary>
/// What is wrong or odd about a field of a BankingConfig: whoever writes one hears it from kubectl, and its status says it. The field's
/// path stands in front. What bank-config.toml's own reader finds is said in its words.
/// </summary>
internal static class Admission
{
    /// <summary>A field and what is wrong with it.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string OfField(string field, string problem) => $"{field}: {problem}";

    /// <summary>spec.api.url is not there.</summary>
    public const string NoAddress = "is missing: the bank's address, such as https://bank.example.org/api";

    /// <summary>A field is of another type than its description says, such as a text where a number is wanted.</summary>
    /// <remarks>kubectl explain bankingconfig.spec tells the type; a decimal, such as a price of 0.5, goes in quotes.</remarks>
    public const string WrongType = "is not of the type that this field has";

    /// <summary>The object's name is too long, or has capital letters or dots, or begins with a digit.</summary>
    public static string BadName(int longest) =>
        $"must be a DNS label that begins with a letter, of at most {longest} characters: a Service is named for it";

    /// <summary>spec.api.tokenSecretRef.name is missing or empty.</summary>
    public const string NoTokenSecret = "must name the Secret with the bank's token";

    /// <summary>spec.api.caSecretRef is there without a name.</summary>
    public const string NoCaSecret = "must name the Secret with the CAs: without it the system's would be trusted";

    /// <summary>The name of a referenced Secret is none that a Secret can have.</summary>
    public const string BadSecretName = "is no name of a Secret: small letters, digits, '-' and '.' only";

    /// <summary>The key of a referenced Secret is none that a Secret can have.</summary>
    public const string BadSecretKey = "is no key of a Secret: letters, digits, '-', '_' and '.' only";

    /// <summary>spec.sidecar.cluster, or the object's name that stands in for it, can't be the cluster's name.</summary>
    public const string BadCluster = "must be letters, digits, '-' and '_': a directory is named for it";

    /// <summary>spec.sidecar.port is out of range.</summary>
    public static string BadPort(int port) => $"must lie between 1024 and 65535, not {port}";

    /// <summary>A label of spec.sidecar.selector can't be one.</summary>
    /// <remarks>Take the labels from kubectl get pod --show-labels of the controller's pod.</remarks>
    public const string BadLabel = "is no label that a pod can have";

    /// <summary>spec.deletionPolicy is another word.</summary>
    public static string BadDeletionPolicy(string given) => $"must be Retain or Delete, not {given}";

    /// <summary>Both operators of Slurm are named.</summary>
    public const string TwoOperators = "must be absent when spec.slurm.slinky is there: a cluster has one operator";

    /// <summary>spec.slurm.slinky.controllerRef.name is missing, or no name that an object can have.</summary>
    public const string NoController = "must name the cluster's Controller";

    /// <summary>spec.slurm.soperator.slurmClusterRef.name is missing, or no name that an object can have.</summary>
    public const string NoSlurmCluster = "must name the SlurmCluster";

    /// <summary>A warning: the bank's address is one of http.</summary>
    /// <remarks>Serve the bank by https, or make sure that nobody else is on the way.</remarks>
    public const string Unprotected = "with http the bank's token travels unprotected";

    /// <summary>A warning: a price of 0 in spec.partitionPrices.</summary>
    /// <remarks>Nothing, if that is what is wanted.</remarks>
    public const string FreePartition = "with the price 0 CPUs of this partition are free";

    /// <summary>A warning: a factor of 0 in spec.qosMultipliers.</summary>
    /// <remarks>Nothing, if that is what is wanted.</remarks>
    public const string FreeQos = "with the factor 0 jobs of this QOS are free";

    /// <summary>A warning: no Slurm cluster is named, and no labels of its controller's pod.</summary>
    /// <remarks>
    /// Name the Controller or the SlurmCluster. The files are rendered all the same; only whether they are in force can't be told.
    /// </remarks>
    public const string NoSlurm = "without a reference, and without spec.sidecar.selector, the controller's sidecar can't be found";

    /// <summary>A warning: the cluster has a partition that has no price.</summary>
    /// <remarks>Give it a price, 0 where its jobs are to be free.</remarks>
    public static string NoPrice(string effect) => $"the cluster has this partition, and it has no price: {effect}";

    /// <summary>A partition without a price, where spec.policy.unpricedPartition is refuse.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Refused = "its jobs are refused";

    /// <summary>A partition without a price, where spec.policy.unpricedPartition is free.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Free = "its jobs are free";

    /// <summary>A warning: a price for a partition that the cluster does not have.</summary>
    /// <remarks>Write it as scontrol show partition does, or make the partition.</remarks>
    public const string NoSuchPartition = "the cluster has no such partition; upper and lower case matter";

    /// <summary>A warning to whoever deletes a BankingConfig: pods mount what was rendered for it.</summary>
    /// <remarks>
    /// Under Retain nothing: ConfigMaps and Secrets stay, and are for the next BankingConfig of the name. Under Delete take the volumes out
    /// of these pods first, unless they are to go as well.
    /// </remarks>
    public static string InUse(int count, string pods, string effect) => $"in use by {count} pods ({pods}): {effect}";

    /// <summary>A deletion under Retain.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string StaysMounted = "what they mount stays (deletionPolicy Retain)";

    /// <summary>A deletion under Delete.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string GoesAway = "they will not start again without it (deletionPolicy Delete)";
}
