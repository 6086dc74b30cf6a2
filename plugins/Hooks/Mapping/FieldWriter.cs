using System.Runtime.InteropServices;
using System.Text.Unicode;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Terms;

namespace SlurmBanking.Hooks.Mapping;

/// <summary>Fields of a protobuf message, one behind the other into room that is there. What is absent or empty is left out.</summary>
internal ref struct FieldWriter(Span<byte> room)
{
    // Wire types.
    private const int Varint = 0;
    private const int Bytes = 2;

    private const int BitsPerByte = 7;
    private const byte More = 0x80;

    private readonly Span<byte> _room = room;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Everything found room, and every text was UTF-8.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>A number; null is left out.</summary>
    public void Number(int field, ulong? value)
    {
        if (value is { } number)
        {
            Tag(field, Varint);
            Put(number);
        }
    }

    /// <summary>True; false is left out.</summary>
    public void Flag(int field, bool value) => Number(field, value ? 1u : null);

    /// <summary>A C string; none, or an empty one, is left out.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="text">Null for none.</param>
    /// <param name="longest">Bytes at most.</param>
    public unsafe void Text(int field, byte* text, int longest = int.MaxValue)
    {
        if (text is null || *text == 0)
        {
            return;
        }

        var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        if (bytes.Length > longest || bytes.Length > _room.Length || !Utf8.IsValid(bytes))
        {
            IsWhole = false;
            return;
        }

        Head(field, bytes.Length);
        if (Has(bytes.Length))
        {
            bytes.CopyTo(_room[Length..]);
            Length += bytes.Length;
        }
    }

    /// <summary>A hold's text.</summary>
    public void Hold(int field, HoldId hold)
    {
        Head(field, HoldId.TextLength);
        if (Has(HoldId.TextLength))
        {
            Length += hold.Format(_room[Length..]);
        }
    }

    /// <summary>What stands before so many bytes of a field.</summary>
    public void Head(int field, int length)
    {
        Tag(field, Bytes);
        Put((ulong)length);
    }

    private void Tag(int field, int type) => Put((ulong)((field << 3) | type));

    private void Put(ulong number)
    {
        for (; number >= More; number >>= BitsPerByte)
        {
            Put((byte)(number | More));
        }

        Put((byte)number);
    }

    private void Put(byte value)
    {
        if (Has(1))
        {
            _room[Length++] = value;
        }
    }

    // Once something has found no room nothing does: the rest would stand in its place.
    private bool Has(int bytes) => IsWhole = IsWhole && bytes <= _room.Length - Length;
}
