using System.Runtime.InteropServices;
using System.Text;
using SlurmBanking.Wire;

namespace SlurmBanking.Hooks.Abi;

/// <summary>C strings in and out. Bytes that are no UTF-8 become U+FFFD.</summary>
internal static unsafe class NativeText
{
    /// <summary>The text, "" for null.</summary>
    public static string Read(byte* text) =>
        text is null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    /// <summary>The text, "" for null; of those that come again and again one copy is kept.</summary>
    public static string Read(byte* text, Recent<string> known) =>
        text is null ? "" : known.Of(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

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
