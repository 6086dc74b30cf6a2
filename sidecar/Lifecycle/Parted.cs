using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// A dictionary that grows in parts: one of 670 000 took 300 ms to grow, in which every decision waited. A small one has one part.
/// As a collection it is its values, in no order. Not thread-safe.
/// </summary>
internal sealed class Parted<TKey, TValue> : IReadOnlyCollection<TValue>
    where TKey : notnull
{
    private const int PartBits = 8;
    private const int MostInOne = 4096;

    private Dictionary<TKey, TValue>[] _parts =
    [
        [],
    ];

    public int Count { get; private set; }

    /// <summary>All keys with their values, in no order.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Pairs => _parts.SelectMany(static part => part);

    public TValue this[TKey key]
    {
        get => PartOf(key)[key];
        set
        {
            var part = PartOf(key);
            var before = part.Count;
            part[key] = value;
            Grow(part.Count - before);
        }
    }

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => PartOf(key).TryGetValue(key, out value);

    public TValue? GetValueOrDefault(TKey key) => PartOf(key).GetValueOrDefault(key);

    public bool ContainsKey(TKey key) => PartOf(key).ContainsKey(key);

    public bool TryAdd(TKey key, TValue value)
    {
        var added = PartOf(key).TryAdd(key, value);
        Grow(added ? 1 : 0);
        return added;
    }

    public bool Remove(TKey key) => Remove(key, out _);

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var removed = PartOf(key).Remove(key, out value);
        Count -= removed ? 1 : 0;
        return removed;
    }

    /// <summary>All keys at once: decisions may wait for it.</summary>
    public TKey[] KeysToArray() => Copied<TKey>(static (part, all, at) => part.Keys.CopyTo(all, at));

    /// <summary>All values at once: decisions may wait for it.</summary>
    public TValue[] ToArray() => Copied<TValue>(static (part, all, at) => part.Values.CopyTo(all, at));

    public IEnumerator<TValue> GetEnumerator() => _parts.SelectMany(static part => part.Values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Numbers that follow one another, as of jobs, are spread over all parts; within one, their hash is still their own.
    private Dictionary<TKey, TValue> PartOf(TKey key) =>
        _parts.Length == 1 ? _parts[0] : _parts[unchecked((uint)key.GetHashCode() * 0x9E3779B1u) >> (32 - PartBits)];

    private void Grow(int by)
    {
        Count += by;
        if (_parts.Length == 1 && Count > MostInOne)
        {
            var one = _parts[0];
            _parts = new Dictionary<TKey, TValue>[1 << PartBits];
            for (var part = 0; part < _parts.Length; part++)
            {
                _parts[part] = new Dictionary<TKey, TValue>(2 * MostInOne / _parts.Length);
            }

            foreach (var (key, value) in one)
            {
                PartOf(key).Add(key, value);
            }
        }
    }

    private T[] Copied<T>(Action<Dictionary<TKey, TValue>, T[], int> copy)
    {
        var (all, at) = (new T[Count], 0);
        foreach (var part in _parts)
        {
            copy(part, all, at);
            at += part.Count;
        }

        return all;
    }
}
