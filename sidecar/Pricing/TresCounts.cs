using System.Globalization;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>
/// Trackable resources (TRES) by Slurm's names, as counts. Memory ("mem") is in MiB. A typed generic resource counts under
/// "gres/gpu:tesla" and under "gres/gpu", as Slurm's own lists do.
/// </summary>
internal sealed class TresCounts : ITresCounts
{
    public static readonly TresCounts None = new(new Dictionary<string, long>(StringComparer.Ordinal));

    // The static TRES ids of slurmdb.h (TRES_CPU …): job records hold lists by id, listings hold them by name.
    private static readonly Dictionary<string, string> NamesById = new(StringComparer.Ordinal)
    {
        ["1"] = "cpu",
        ["2"] = "mem",
        ["3"] = "energy",
        ["4"] = "node",
        ["5"] = "billing",
        ["6"] = "fs/disk",
        ["7"] = "vmem",
        ["8"] = "pages",
    };

    // Sums of what users write stay here: a request that can't be counted must be dear, not a fault that lets it in.
    private const long MaxCount = 1_000_000_000_000_000;

    private readonly Dictionary<string, long> _counts;

    private TresCounts(Dictionary<string, long> counts) => _counts = counts;

    public long Cpus => this["cpu"];

    public long Nodes => this["node"];

    /// <summary>The count of a TRES; 0 when it is not listed.</summary>
    public long this[string tres] => _counts.GetValueOrDefault(tres);

    public IEnumerable<string> Names => _counts.Keys;

    /// <summary>Builds from pairs; the last of a name counts.</summary>
    public static TresCounts Of(params ReadOnlySpan<(string Name, long Count)> counts)
    {
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in counts)
        {
            result[name] = count;
        }

        return new TresCounts(result);
    }

    /// <summary>Reads "cpu=4,mem=16G,node=1,gres/gpu:tesla=2" or, by id, "1=4,2=16384". What can't be read is left out.</summary>
    public static TresCounts Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && TryCount(item[(equals + 1)..], item.StartsWith("mem=", StringComparison.Ordinal), out var count))
            {
                var name = item[..equals];
                counts[NamesById.GetValueOrDefault(name, name)] = count;
            }
        }

        return new TresCounts(counts);
    }

    /// <summary>
    /// Reads a request's generic resources: "gres:gpu:2" (to 23.02), "gres/gpu:tesla:2" (from 23.11), "gres/gpu=2"; without a
    /// number it is one. Other TRES in the list ("cpu=2") are left out: they have fields of their own.
    /// </summary>
    public static TresCounts ParseRequest(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var item in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!item.StartsWith("gres:", StringComparison.Ordinal) && !item.StartsWith("gres/", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = item["gres:".Length..].Split([':', '='], StringSplitOptions.RemoveEmptyEntries);
            var numbered = parts.Length > 1 && TryCount(parts[^1], isMemory: false, out _);
            var count = 1L;
            if (numbered)
            {
                _ = TryCount(parts[^1], isMemory: false, out count);
            }

            var words = numbered ? parts[..^1] : parts;
            if (words.Length == 0)
            {
                continue;
            }

            counts[$"gres/{words[0]}"] = Math.Min(counts.GetValueOrDefault($"gres/{words[0]}") + count, MaxCount);
            if (words.Length > 1)
            {
                counts[$"gres/{words[0]}:{words[1]}"] = count;
            }
        }

        return new TresCounts(counts);
    }

    public TresCounts With(string name, long count) =>
        new(new Dictionary<string, long>(_counts, StringComparer.Ordinal) { [name] = count });

    /// <summary>Adds <paramref name="other"/>, each count multiplied by <paramref name="times"/>.</summary>
    public TresCounts Plus(TresCounts other, long times = 1)
    {
        if (other._counts.Count == 0)
        {
            return this;
        }

        var counts = new Dictionary<string, long>(_counts, StringComparer.Ordinal);
        Add(other, times, counts);
        return new TresCounts(counts);
    }

    /// <summary>The sum of many, each multiplied.</summary>
    public static TresCounts Sum(IEnumerable<(TresCounts Counts, long Times)> parts)
    {
        var sum = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (counts, times) in parts)
        {
            Add(counts, times, sum);
        }

        return new TresCounts(sum);
    }

    public TresCounts Without(IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? this
            : new(
                _counts
                    .Where(pair => !names.Contains(pair.Key))
                    .ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal)
            );

    /// <summary>The generic resources alone.</summary>
    public TresCounts GenericOnly() =>
        new(
            _counts
                .Where(static pair => pair.Key.StartsWith("gres/", StringComparison.Ordinal))
                .ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal)
        );

    public override string ToString() => string.Join(',', _counts.Select(static pair => $"{pair.Key}={pair.Value}"));

    private static void Add(TresCounts counts, long times, Dictionary<string, long> sum)
    {
        foreach (var (name, count) in counts._counts)
        {
            sum[name] = sum.GetValueOrDefault(name) + (count * times);
        }
    }

    // Slurm writes memory with a unit ("16G", "1.50T", bare MiB) and large counts with K or M. Fifteen digits are more than
    // any count can have, and keep every later product inside decimal.
    private static bool TryCount(string text, bool isMemory, out long count)
    {
        count = 0;
        if (text.Length is 0 or > 16)
        {
            return false;
        }

        var power = "KMGTPE".IndexOf(text[^1], StringComparison.Ordinal) + 1;
        var digits = power > 0 ? text[..^1] : text;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var exponent =
            power == 0 ? 0
            : isMemory ? power - 2
            : power;
        var factor = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            factor *= 1024m;
        }

        // Compared before it is multiplied: "999999999999999E" is no decimal any more.
        if (number > (exponent < 0 ? MaxCount * factor : MaxCount / factor))
        {
            return false;
        }

        number = exponent < 0 ? number / factor : number * factor;
        count = (long)decimal.Ceiling(number);
        return true;
    }
}
