using System.Globalization;
using System.Runtime.InteropServices;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>
/// Trackable resources (TRES) by Slurm's names, as counts. Memory ("mem") is in MiB. A typed generic resource counts under
/// "gres/gpu:tesla" and under "gres/gpu", as Slurm's own lists do.
/// </summary>
internal sealed class TresCounts : ITresCounts
{
    public static readonly TresCounts None = new([]);

    // In the order of their ids in slurmdb.h (TRES_CPU = 1 …): job records hold lists by id, listings hold them by name.
    private static readonly string[] StaticNames = ["cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages"];

    // Sums of what users write stay here: a request that can't be counted must be dear, not a fault that lets it in.
    private const long MaxCount = 1_000_000_000_000_000;

    // A record's list is read, written and read again while one fact is taken in.
    [ThreadStatic]
    private static (string Text, TresCounts Counts)? _lastRead;

    // A handful each, in the order of the list: nothing is found faster than by looking at all of them.
    private readonly (string Name, long Count)[] _counts;
    private string? _text;

    private TresCounts((string Name, long Count)[] counts) => _counts = counts;

    public long Cpus => this["cpu"];

    public long Nodes => this["node"];

    /// <summary>The count of a TRES; 0 when it is not listed.</summary>
    public long this[string tres] => IndexOf(_counts, tres) is >= 0 and var at ? _counts[at].Count : 0;

    public IEnumerable<string> Names => _counts.Select(static tres => tres.Name);

    /// <summary>Builds from pairs; the last of a name counts.</summary>
    public static TresCounts Of(params ReadOnlySpan<(string Name, long Count)> counts)
    {
        var result = new List<(string, long)>(counts.Length);
        foreach (var (name, count) in counts)
        {
            Set(result, name, count);
        }

        return new TresCounts([.. result]);
    }

    /// <summary>Reads "cpu=4,mem=16G,node=1,gres/gpu:tesla=2" or, by id, "1=4,2=16384". What can't be read is left out.</summary>
    public static TresCounts Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        if (_lastRead is { } last && last.Text == text)
        {
            return last.Counts;
        }

        var list = text.AsSpan();
        var counts = new List<(string, long)>(list.Count(',') + 1);
        foreach (var range in list.Split(','))
        {
            var item = list[range].Trim();
            var equals = item.IndexOf('=');
            if (equals > 0 && TryCount(item[(equals + 1)..], item.StartsWith("mem=", StringComparison.Ordinal), out var count))
            {
                Set(counts, NameOf(item[..equals]), count);
            }
        }

        var read = new TresCounts([.. counts]);
        _lastRead = (text, read);
        return read;
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

        // As many kinds as a user likes to write: looked up, not looked for.
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

            var name = $"gres/{words[0]}";
            counts[name] = Math.Min(counts.GetValueOrDefault(name) + count, MaxCount);
            if (words.Length > 1)
            {
                counts[$"{name}:{words[1]}"] = count;
            }
        }

        return Of(counts);
    }

    public TresCounts With(string name, long count)
    {
        var at = IndexOf(_counts, name);
        if (at >= 0 && _counts[at].Count == count)
        {
            return this;
        }

        (string, long)[] counts = at >= 0 ? [.. _counts] : [.. _counts, (name, count)];
        counts[at >= 0 ? at : ^1] = (name, count);
        return new TresCounts(counts);
    }

    /// <summary>Adds <paramref name="other"/>, each count multiplied by <paramref name="times"/>.</summary>
    public TresCounts Plus(TresCounts other, long times = 1) => other._counts.Length == 0 ? this : Sum([(this, 1), (other, times)]);

    /// <summary>The sum of many, each multiplied.</summary>
    public static TresCounts Sum(IEnumerable<(TresCounts Counts, long Times)> parts)
    {
        var sum = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (counts, times) in parts)
        {
            foreach (var (name, count) in counts._counts)
            {
                sum[name] = sum.GetValueOrDefault(name) + (count * times);
            }
        }

        return Of(sum);
    }

    public TresCounts Without(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? this : new([.. _counts.Where(tres => !names.Contains(tres.Name))]);

    /// <summary>The generic resources alone.</summary>
    public TresCounts GenericOnly() => Array.Exists(_counts, IsGeneric) ? new([.. _counts.Where(static tres => IsGeneric(tres))]) : None;

    public override string ToString() => _text ??= string.Join(',', _counts.Select(static tres => $"{tres.Name}={tres.Count}"));

    private static bool IsGeneric((string Name, long Count) tres) => tres.Name.StartsWith("gres/", StringComparison.Ordinal);

    private static int IndexOf(ReadOnlySpan<(string Name, long Count)> counts, string name)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Set(List<(string Name, long Count)> counts, string name, long count)
    {
        var at = IndexOf(CollectionsMarshal.AsSpan(counts), name);
        if (at >= 0)
        {
            counts[at] = (name, count);
        }
        else
        {
            counts.Add((name, count));
        }
    }

    private static TresCounts Of(Dictionary<string, long> counts) => new([.. counts.Select(static tres => (tres.Key, tres.Value))]);

    // By id or by name; the static names without a text of their own for each record that is read.
    private static string NameOf(ReadOnlySpan<char> name)
    {
        if (name is [>= '1' and <= '8' and var id])
        {
            return StaticNames[id - '1'];
        }

        foreach (var one in StaticNames)
        {
            if (name.SequenceEqual(one))
            {
                return one;
            }
        }

        return name.ToString();
    }

    // Slurm writes memory with a unit ("16G", "1.50T", bare MiB) and large counts with K or M. Fifteen digits are more than
    // any count can have, and keep every later product inside decimal.
    private static bool TryCount(ReadOnlySpan<char> text, bool isMemory, out long count)
    {
        count = 0;
        if (text.Length is 0 or > 16)
        {
            return false;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= MaxCount)
        {
            return true;
        }

        count = 0;
        var power = "KMGTPE".IndexOf(text[^1]) + 1;
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
