using System.Globalization;
using System.Text;

namespace SlurmBanking.Terms;

/// <summary>
/// What the plugin leaves in a job's admin_comment: <c>slurm-banking:{hold id}:{amount}</c>, the amount being "-" while it
/// is not known. Slurm keeps it through restarts, requeues and array tasks, and ordinary users can't set it, so the queue
/// itself is the durable record of holds. Other content of the comment is kept, separated by one space.
/// </summary>
/// <param name="Id">The hold.</param>
/// <param name="Amount">What was held at submission; null when no price could be computed.</param>
public readonly record struct HoldMark(HoldId Id, ServiceUnits? Amount)
{
    private const string Prefix = "slurm-banking:";

    /// <summary>Bytes of the mark alone at most: no amount of 64 bits has more than 21 characters.</summary>
    public const int MaxLength = 14 + HoldId.TextLength + 1 + 21;

    /// <summary>The comment with this mark at its end and any earlier mark taken out.</summary>
    /// <param name="comment">What the comment holds already; null or "" for nothing.</param>
    public string AppendTo(string? comment)
    {
        if (string.IsNullOrEmpty(comment))
        {
            return ToString();
        }

        var kept = string.Join(' ', Words(comment).Where(static word => !word.StartsWith(Prefix, StringComparison.Ordinal)));
        return kept.Length == 0 ? ToString() : $"{kept} {this}";
    }

    /// <summary>Finds the mark in a comment. The last one counts: the plugin appends.</summary>
    public static bool TryFind(string? comment, out HoldMark mark) => TryFind(comment.AsSpan(), out mark);

    /// <inheritdoc cref="TryFind(string?, out HoldMark)"/>
    public static bool TryFind(ReadOnlySpan<char> comment, out HoldMark mark)
    {
        mark = default;
        var found = false;
        foreach (var word in comment.Split(' '))
        {
            found |= TryParse(comment[word].Trim(), ref mark);
        }

        return found;
    }

    /// <summary>Writes the mark alone.</summary>
    /// <param name="utf8">Room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Format(Span<byte> utf8)
    {
        var length = Encoding.ASCII.GetBytes(Prefix, utf8);
        length += Id.Format(utf8[length..]);
        utf8[length++] = (byte)':';
        if (Amount is { } amount)
        {
            amount.Value.TryFormat(utf8[length..], out var written, "F2", CultureInfo.InvariantCulture);
            return length + written;
        }

        utf8[length++] = (byte)'-';
        return length;
    }

    /// <summary>The mark alone.</summary>
    public override string ToString()
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(utf8[..Format(utf8)]);
    }

    private static string[] Words(string? comment) =>
        (comment ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool TryParse(ReadOnlySpan<char> word, ref HoldMark mark)
    {
        var amountAt = Prefix.Length + HoldId.TextLength + 1;
        if (
            !word.StartsWith(Prefix, StringComparison.Ordinal)
            || word.Length <= amountAt
            || word[amountAt - 1] != ':'
            || !HoldId.TryParse(word.Slice(Prefix.Length, HoldId.TextLength), out var id)
        )
        {
            return false;
        }

        mark = new HoldMark(id, ServiceUnits.TryParse(word[amountAt..], out var amount) ? amount : null);
        return true;
    }
}
