using System.Runtime.InteropServices;
using System.Text;
using SlurmBanking.Terms;

namespace SlurmBanking.Hooks.Abi;

/// <summary>C strings in and out. Bytes that are no UTF-8 become U+FFFD.</summary>
internal static unsafe class NativeText
{
    /// <summary>The text, "" for null.</summary>
    public static string Read(byte* text) =>
        text is null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    /// <summary>A job's admin_comment with its mark, malloc'ed for the shim to free.</summary>
    /// <param name="mark">The mark.</param>
    /// <param name="comment">What the comment holds already; null for nothing.</param>
    public static byte* Allocate(HoldMark mark, byte* comment)
    {
        if (comment is not null && *comment != 0)
        {
            return Allocate(mark.AppendTo(Read(comment)));
        }

        // Nearly always.
        Span<byte> text = stackalloc byte[HoldMark.MaxLength];
        var length = mark.Format(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)length + 1);
        text[..length].CopyTo(new Span<byte>(copy, length));
        copy[length] = 0;
        return copy;
    }

    /// <summary>A malloc'ed copy, for the shim to free; null for null.</summary>
    public static byte* Allocate(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)bytes + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, bytes));
        copy[bytes] = 0;
        return copy;
    }
}
