using System.Buffers.Binary;
using Google.Protobuf;

namespace SlurmBanking.Wire;

/// <summary>The framing of spec/hooks.proto: a 4-byte big-endian length, then that many bytes.</summary>
public static class Frame
{
    /// <summary>The protocol version that this source speaks, as said in Hello and Welcome.</summary>
    public const uint Protocol = 1;

    /// <summary>Bytes of the length prefix.</summary>
    public const int HeaderBytes = 4;

    /// <summary>Longest body accepted, in bytes: a longer one closes the connection.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>A message with its length in front.</summary>
    public static byte[] Of(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[HeaderBytes + size];
        WriteHeader(frame, size);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>Writes the length prefix of a body of <paramref name="bodyBytes"/> bytes.</summary>
    public static void WriteHeader(Span<byte> header, int bodyBytes) => BinaryPrimitives.WriteUInt32BigEndian(header, (uint)bodyBytes);

    /// <summary>Reads a length prefix.</summary>
    /// <returns>The body's length in bytes, or -1 when it is longer than <see cref="MaxBodyBytes"/>.</returns>
    public static int ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        return length > MaxBodyBytes ? -1 : (int)length;
    }
}
