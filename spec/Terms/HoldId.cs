using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SlurmBanking.Terms;

/// <summary>
/// Names one hold. Minted by the job_submit plugin before it asks the sidecar, so that a lost answer leaves a trace that
/// can be found again. Its text is 32 lower-case hex digits.
/// </summary>
/// <param name="Value">The 128 bits.</param>
public readonly record struct HoldId(Guid Value)
{
    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 32;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new, random id.</summary>
    public static HoldId New() => new(Guid.NewGuid());

    /// <summary>The id of a job that never met the plugin: the same whoever finds it, and however often.</summary>
    /// <param name="jobId">Slurm's id; of an array its array_job_id.</param>
    /// <param name="submitted">When: job ids come round again.</param>
    public static HoldId OfJob(uint jobId, DateTimeOffset submitted)
    {
        Span<byte> bytes = stackalloc byte[16];
        "job:"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], jobId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], submitted.ToUnixTimeSeconds());
        return new HoldId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads exactly the text form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HoldId id) => TryParse(text.AsSpan(), out id);

    /// <inheritdoc cref="TryParse(string?, out HoldId)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out HoldId id)
    {
        id = default;
        if (text.Length != TextLength || text.ContainsAnyExcept(Digits) || !Guid.TryParseExact(text, "N", out var value))
        {
            return false;
        }

        id = new HoldId(value);
        return true;
    }

    /// <inheritdoc cref="TryParse(string?, out HoldId)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out HoldId id)
    {
        id = default;
        Span<char> text = stackalloc char[TextLength];
        return utf8.Length == TextLength && Ascii.ToUtf16(utf8, text, out _) == OperationStatus.Done && TryParse(text, out id);
    }

    /// <summary>Writes the text form.</summary>
    /// <param name="utf8">Room for <see cref="TextLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Format(Span<byte> utf8)
    {
        Value.TryFormat(utf8, out var written, "N");
        return written;
    }

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("N");
}
