using System.Globalization;
using SlurmBanking.BankConfig.Messages;
using SlurmBanking.Terms;
using Tomlyn.Syntax;

namespace SlurmBanking.BankConfig;

/// <summary>Reads bank-config.toml. Reports every problem it finds, not just the first.</summary>
public sealed class BankConfigReader
{
    /// <summary>Largest file that is read, in characters.</summary>
    public const int MaxCharacters = 1 << 20;

    private static readonly string[] Sections = ["Enable", "PartitionPrice", "TresPrice", "QosMultiplier", "API", "Policy", "Sidecar"];

    private readonly string _file;
    private readonly List<ConfigProblem> _problems = [];
    private readonly Dictionary<string, decimal> _partitionPrices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, decimal>> _tresPrices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _qosMultipliers = new(StringComparer.Ordinal);
    private readonly List<TomlEntry> _partitionPolicies = [];
    private EnableSettings _enable = new();
    private PolicySettings _policy = new();
    private SidecarSettings _sidecar = new();
    private TomlEntry? _cluster;
    private Uri? _url;
    private ApiSettings _api = new() { Url = new Uri("http://unset.invalid") };

    private BankConfigReader(string file) => _file = file;

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The TOML text, at most <see cref="MaxCharacters"/> characters.</param>
    /// <param name="file">The name to use in problems.</param>
    public static ConfigReading Read(string text, string file)
    {
        var reader = new BankConfigReader(file);
        var config = reader.Read(text);
        reader._problems.Sort(static (a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        return new ConfigReading(reader._problems.Exists(static problem => problem.IsError) ? null : config, reader._problems);
    }

    private BankSettings? Read(string text)
    {
        if (text.Length > MaxCharacters)
        {
            _problems.Add(new ConfigProblem(_file, 0, 0, ConfigTexts.TooLong(MaxCharacters), IsError: true));
            return null;
        }

        var entries = TomlEntries.Read(text, _file, _problems);
        if (_problems.Exists(static problem => problem.IsError))
        {
            return null;
        }

        entries.ForEach(Take);
        if (_url is null)
        {
            Missing("API.url");
            return null;
        }

        if (_api.Token.Length == 0 && _api.TokenFile.Length == 0)
        {
            Missing("API.token (or API.token_file)");
        }

        if (_sidecar.JobIdFormat.Contains("{cluster}", StringComparison.Ordinal) && HasForbidden(_sidecar.Cluster))
        {
            Error(_cluster!, ConfigTexts.ClusterForbidden);
        }

        return new BankSettings
        {
            Enable = _enable,
            PartitionPrices = _partitionPrices,
            TresPrices = _tresPrices.ToDictionary(
                static pair => pair.Key,
                static pair => (IReadOnlyDictionary<string, decimal>)pair.Value,
                StringComparer.Ordinal
            ),
            QosMultipliers = _qosMultipliers,
            Api = _api with { Url = _url },
            Policy = _policy,
            PartitionPolicies = PartitionPolicies(),
            Sidecar = _sidecar,
        };
    }

    private void Take(TomlEntry entry)
    {
        switch (entry.Path)
        {
            case ["Enable", "enable_job_submit_plugin"]:
                _enable = _enable with { JobSubmit = Flag(entry) };
                break;
            case ["Enable", "enable_spank_plugin"]:
                _enable = _enable with { Spank = Flag(entry) };
                break;
            case ["Enable", "enable_job_complete_plugin"]:
                _enable = _enable with { JobComplete = Flag(entry) };
                break;
            case ["PartitionPrice", var partition]:
                _partitionPrices[partition] = Price(entry);
                break;
            case ["TresPrice", var partition, var tres]:
                TakeTresPrice(entry, partition, tres);
                break;
            case ["QosMultiplier", var qos]:
                _qosMultipliers[qos] = Price(entry);
                break;
            case ["API", var key]:
                TakeApi(entry, key);
                break;
            case ["Policy", "Partition", _, _]:
                _partitionPolicies.Add(entry);
                break;
            case ["Policy", var key] when key != "Partition":
                _policy = TakePolicy(entry, key, _policy);
                break;
            case ["Sidecar", var key]:
                TakeSidecar(entry, key);
                break;
            case [_] when Sections.Contains(entry.Path[0]):
            case ["Policy", "Partition"]:
            case ["TresPrice", _]:
                Error(entry, ConfigTexts.NotTable(entry.Name));
                break;
            case ["PartitionPrice" or "TresPrice" or "QosMultiplier", ..]:
                Error(entry, ConfigTexts.TooDeep(entry.Name));
                break;
            default:
                Unknown(entry);
                break;
        }
    }

    private void TakeTresPrice(TomlEntry entry, string partition, string tres)
    {
        if (!_tresPrices.TryGetValue(partition, out var prices))
        {
            _tresPrices[partition] = prices = new Dictionary<string, decimal>(StringComparer.Ordinal);
        }

        prices[tres] = Price(entry);
        if (tres == "cpu")
        {
            Error(entry, ConfigTexts.CpuPrice(entry.Name));
        }
    }

    private void TakeApi(TomlEntry entry, string key)
    {
        switch (key)
        {
            case "url":
                TakeUrl(entry);
                break;
            case "token":
                _api = _api with { Token = WithoutWord(Text(entry)) };
                break;
            case "token_file":
                _api = _api with { TokenFile = Text(entry) };
                break;
            case "ca_file":
                _api = _api with { CaFile = Text(entry) };
                break;
            case "timeout":
                _api = _api with { Timeout = Duration(entry, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)) };
                break;
            default:
                Unknown(entry);
                break;
        }
    }

    private void TakeUrl(TomlEntry entry)
    {
        if (TextOrNull(entry) is not { } text)
        {
            _url = _api.Url;
            return;
        }

        if (Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
        {
            _url = url;
            return;
        }

        // The value is not repeated: an address with a password in it would end up in logs.
        Error(entry, ConfigTexts.Url);
        _url = _api.Url;
    }

    private PolicySettings TakePolicy(TomlEntry entry, string key, PolicySettings policy)
    {
        switch (key)
        {
            case "mode":
                return policy with { Mode = Word(entry, ("enforce", PolicyMode.Enforce), ("observe", PolicyMode.Observe)) };
            case "when_sidecar_unavailable":
                return policy with { WhenSidecarUnavailable = Word(entry, ("allow", OutagePolicy.Allow), ("deny", OutagePolicy.Deny)) };
            case "when_bank_unavailable":
                return policy with
                {
                    WhenBankUnavailable = Word(
                        entry,
                        ("allow", OutagePolicy.Allow),
                        ("deny", OutagePolicy.Deny),
                        ("cached", OutagePolicy.Cached)
                    ),
                };
            case "cached_for":
                return policy with { CachedFor = Duration(entry, TimeSpan.Zero, TimeSpan.FromDays(30)) };
            case "unpriced_partition":
                return policy with { RefuseUnpricedPartition = Word(entry, ("free", false), ("refuse", true)) };
            case "missing_time_limit":
                return policy with { AssumeMissingTimeLimit = Word(entry, ("refuse", false), ("assume", true)) };
            case "assumed_time_limit":
                return policy with { AssumedTimeLimit = SlurmSpan(entry) };
            case "default_account":
                return policy with { DefaultAccount = Text(entry) };
            case "refund_states":
                return policy with { RefundStates = Texts(entry) };
            default:
                Unknown(entry);
                return policy;
        }
    }

    private void TakeSidecar(TomlEntry entry, string key)
    {
        switch (key)
        {
            case "cluster":
                _cluster = entry;
                _sidecar = _sidecar with { Cluster = Text(entry) };
                break;
            case "job_id_format":
                TakeJobIdFormat(entry);
                break;
            case "decision_deadline":
                _sidecar = _sidecar with { DecisionDeadline = Duration(entry, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2)) };
                break;
            case "balance_ttl":
                _sidecar = _sidecar with { BalanceTtl = Duration(entry, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) };
                break;
            default:
                Unknown(entry);
                break;
        }
    }

    private void TakeJobIdFormat(TomlEntry entry)
    {
        if (TextOrNull(entry) is not { } format)
        {
            return;
        }

        if (!format.Contains("{job_id}", StringComparison.Ordinal))
        {
            Error(entry, ConfigTexts.FormatWithoutJob);
        }
        else if (HasForbidden(format))
        {
            Error(entry, ConfigTexts.FormatForbidden);
        }

        _sidecar = _sidecar with { JobIdFormat = format };
    }

    private static bool HasForbidden(string idPart) => idPart.AsSpan().IndexOfAny('.', '/', '?') >= 0;

    private Dictionary<string, PolicySettings> PartitionPolicies()
    {
        var policies = new Dictionary<string, PolicySettings>(StringComparer.Ordinal);
        foreach (var entry in _partitionPolicies)
        {
            var (partition, key) = (entry.Path[2], entry.Path[3]);
            policies[partition] = TakePolicy(entry, key, policies.GetValueOrDefault(partition, _policy));
            if (key == "when_sidecar_unavailable")
            {
                Warn(entry, ConfigTexts.NoEffect(entry.Name));
            }
        }

        return policies;
    }

    private static string WithoutWord(string token) =>
        token.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) ? token["Token ".Length..].Trim() : token.Trim();

    private bool Flag(TomlEntry entry)
    {
        if (entry.Value is BooleanValueSyntax flag)
        {
            return flag.Value;
        }

        Error(entry, ConfigTexts.Flag(entry.Name));
        return false;
    }

    private string Text(TomlEntry entry) => TextOrNull(entry) ?? "";

    private string? TextOrNull(TomlEntry entry)
    {
        if (entry.Value is StringValueSyntax { Value: { } text })
        {
            return text;
        }

        Error(entry, ConfigTexts.Text(entry.Name));
        return null;
    }

    private List<string> Texts(TomlEntry entry)
    {
        if (entry.Value is ArraySyntax array && array.Items.All(static item => item.Value is StringValueSyntax { Value: not null }))
        {
            return [.. array.Items.Select(static item => ((StringValueSyntax)item.Value!).Value!)];
        }

        Error(entry, ConfigTexts.Texts(entry.Name));
        return [];
    }

    /// <summary>Non-negative, at most 6 decimals, at most 999999999.99: prices and multipliers.</summary>
    private decimal Price(TomlEntry entry)
    {
        var text = entry.Value switch
        {
            IntegerValueSyntax integer => integer.Token?.Text,
            FloatValueSyntax number => number.Token?.Text,
            _ => null,
        };
        if (text is null)
        {
            Error(entry, ConfigTexts.Number(entry.Name));
        }
        else if (
            !decimal.TryParse(
                text.Replace("_", "", StringComparison.Ordinal),
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var price
            )
            || price < 0
            || price > ServiceUnits.Max.Value
        )
        {
            Error(entry, ConfigTexts.Bounds(entry.Name, "0", $"{ServiceUnits.Max}", text));
        }
        else if (decimal.Round(price, 6) != price || (price == 0 && HasDigit(text)))
        {
            Error(entry, ConfigTexts.Decimals(entry.Name, text));
        }
        else
        {
            return price;
        }

        return 0;
    }

    // "1e-40" is so small that decimal reads it as 0: never a silent zero.
    private static bool HasDigit(string number) => number.Split('e', 'E')[0].AsSpan().IndexOfAnyInRange('1', '9') >= 0;

    private T Word<T>(TomlEntry entry, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (TextOrNull(entry) is not { } text)
        {
            return words[0].Value;
        }

        var known = new List<string>();
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }

            known.Add($"\"{word}\"");
        }

        Error(entry, ConfigTexts.Word(entry.Name, string.Join(" or ", known), text));
        return words[0].Value;
    }

    private TimeSpan Duration(TomlEntry entry, TimeSpan min, TimeSpan max)
    {
        if (TextOrNull(entry) is not { } text)
        {
            return min;
        }

        if (!DurationText.TryParse(text, out var span))
        {
            Error(entry, ConfigTexts.Duration(entry.Name, text));
        }
        else if (span < min || span > max)
        {
            Error(entry, ConfigTexts.Bounds(entry.Name, DurationText.Format(min), DurationText.Format(max), text));
        }
        else
        {
            return span;
        }

        return min;
    }

    private TimeSpan SlurmSpan(TomlEntry entry)
    {
        if (TextOrNull(entry) is not { } text)
        {
            return TimeSpan.FromMinutes(1);
        }

        if (SlurmTime.TryParse(text, out var span) && span >= TimeSpan.FromMinutes(1))
        {
            return span;
        }

        Error(entry, ConfigTexts.TimeLimit(entry.Name, text));
        return TimeSpan.FromMinutes(1);
    }

    private void Unknown(TomlEntry entry)
    {
        var meant = Array.Find(Sections, section => section.Equals(entry.Path[0], StringComparison.OrdinalIgnoreCase));
        Warn(
            entry,
            meant is null || meant == entry.Path[0] ? ConfigTexts.Unknown(entry.Name) : ConfigTexts.UnknownSection(entry.Name, meant)
        );
    }

    private void Missing(string name) => _problems.Add(new ConfigProblem(_file, 0, 0, ConfigTexts.Missing(name), IsError: true));

    private void Error(TomlEntry entry, string text) =>
        _problems.Add(new ConfigProblem(_file, entry.Line, entry.Column, text, IsError: true));

    private void Warn(TomlEntry entry, string text) =>
        _problems.Add(new ConfigProblem(_file, entry.Line, entry.Column, text, IsError: false));
}
