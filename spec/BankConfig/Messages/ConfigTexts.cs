namespace SlurmBanking.BankConfig.Messages;

/// <summary>
/// What is wrong with bank-config.toml, behind file, line and column; of a BankingConfig behind the field's path. None holds a value
/// that could be a secret.
/// </summary>
internal static class ConfigTexts
{
    /// <summary>The file is longer than is read.</summary>
    /// <remarks>Shorten it: a configuration of a thousand partitions is far below that.</remarks>
    public static string TooLong(int most) => $"longer than {most} characters";

    /// <summary>A key without which nothing works is not there.</summary>
    /// <remarks>Add it; bank-config.toml.example has it with a comment.</remarks>
    public static string Missing(string name) => $"{name} is missing";

    /// <summary>The file is no TOML at all.</summary>
    /// <remarks>Compare with bank-config.toml.example.</remarks>
    public const string NoToml = "this is no TOML";

    /// <summary>The same, where the parser itself gave up.</summary>
    /// <remarks>Compare with bank-config.toml.example.</remarks>
    public static string NoTomlOf(string kind) => $"this is no TOML ({kind})";

    /// <summary>A key stands alone.</summary>
    /// <remarks>Write key = value.</remarks>
    public const string NoValue = "a key must be followed by = and a value";

    /// <summary>A key stands twice in a table.</summary>
    /// <remarks>Take one away.</remarks>
    public static string TwiceFrom(string key, string line) => $"{key} is given twice, first in line {line}";

    /// <summary>A key is given twice, in different forms.</summary>
    /// <remarks>Take one away.</remarks>
    public static string Twice(string name) => $"{name} is given twice";

    /// <summary>A warning: the key does nothing.</summary>
    /// <remarks>Correct its name (docs/configuration.md), or take it away.</remarks>
    public static string Unknown(string name) => $"unknown key {name}";

    /// <summary>The same, where only capitals differ.</summary>
    public static string UnknownSection(string name, string meant) => $"unknown key {name}: did you mean [{meant}]?";

    /// <summary>A section is given a plain value.</summary>
    public static string NotTable(string name) => $"{name} must be a table, [{name}...]";

    /// <summary>A price's key has dots.</summary>
    public static string TooDeep(string name) => $"{name} leads too deep for a price: a name with dots goes in quotes";

    /// <summary>A price of cpu stands in [TresPrice].</summary>
    public static string CpuPrice(string name) => $"{name}: the price of CPUs is given in [PartitionPrice]";

    /// <summary>The cluster's name is part of ids, and has a character that the bank's addresses don't take.</summary>
    /// <remarks>Give the cluster another name in Sidecar.cluster, or leave it out of the format.</remarks>
    public const string ClusterForbidden =
        "Sidecar.cluster must not contain '.', '/' or '?' when it is part of job_id_format: such ids get a 404";

    /// <summary>All jobs would have one id.</summary>
    public const string FormatWithoutJob = "Sidecar.job_id_format must contain {job_id}";

    /// <summary>The format has a character that the bank's addresses don't take.</summary>
    public const string FormatForbidden = "Sidecar.job_id_format must not contain '.', '/' or '?': the bank answers 404 to such ids";

    /// <summary>The bank's address can't be used. Its text is not shown: it may hold a password.</summary>
    public const string Url = "API.url must be an absolute http or https address without user or password";

    /// <summary>A warning: the key stands where nobody looks.</summary>
    public static string NoEffect(string name) =>
        $"{name} has no effect: a plugin that can't ask knows no partition's policy; set it in [Policy]";

    /// <summary>Something else than true or false.</summary>
    public static string Flag(string name) => $"{name} must be true or false";

    /// <summary>A text without quotes.</summary>
    public static string Text(string name) => $"{name} must be a text in quotes";

    /// <summary>A list with something else than texts.</summary>
    public static string Texts(string name) => $"{name} must be a list of texts in quotes";

    /// <summary>A price that is no number.</summary>
    public static string Number(string name) => $"{name} must be a number";

    /// <summary>A price below 0, or more than the ledger holds.</summary>
    public static string Bounds(string name, string least, string most, string text) =>
        $"{name} must lie between {least} and {most}, not {text}";

    /// <summary>A price that can't be kept exactly.</summary>
    /// <remarks>Round it.</remarks>
    public static string Decimals(string name, string text) => $"{name} has more than 6 decimals: {text}";

    /// <summary>A word that is none of those that the key takes.</summary>
    public static string Word(string name, string known, string text) => $"{name} must be {known}, not \"{text}\"";

    /// <summary>A duration that can't be read.</summary>
    public static string Duration(string name, string text) =>
        $"{name} must be a duration such as \"250ms\", \"5s\", \"10m\", \"1h\" or \"7d\", not \"{text}\"";

    /// <summary>A time limit that can't be read.</summary>
    public static string TimeLimit(string name, string text) =>
        $"{name} must be a time as sbatch takes it, such as \"7-00:00:00\", of a minute or more, not \"{text}\"";
}
