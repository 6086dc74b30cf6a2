using System.Text;

namespace SlurmBanking.Wire;

/// <summary>
/// What was last made of short texts: names that come again with nearly every frame are neither decoded nor read anew each time. It has
/// a fixed number of places, and what comes later takes the place of what was there, so that it never grows with what users write.
/// Threads may share it.
/// </summary>
/// <param name="make">Makes it of a text; must be pure.</param>
public sealed class Recent<T>(Func<string, T> make)
    where T : class
{
    private const int Places = 256;
    private const int MaxBytes = 128;

    private readonly Kept?[] _places = new Kept?[Places];

    /// <param name="utf8">The text. What is no UTF-8 is made of U+FFFD.</param>
    public T Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
        {
            return make(Encoding.UTF8.GetString(utf8));
        }

        // Seeded anew in each process: nobody can choose names that all want one place.
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var place = ref _places[(uint)hash.ToHashCode() % Places];
        var kept = Volatile.Read(ref place);
        if (kept is null || !utf8.SequenceEqual(kept.Text))
        {
            kept = new Kept(utf8.ToArray(), make(Encoding.UTF8.GetString(utf8)));
            Volatile.Write(ref place, kept);
        }

        return kept.Made;
    }

    private sealed record Kept(byte[] Text, T Made);
}
