using System.Buffers.Binary;

namespace SlurmBanking.Telemetry.Tests.Otlp;

/// <summary>A protobuf message without its schema: which fields it has (protobuf.dev, Encoding).</summary>
public sealed class ProtoFields
{
    private readonly List<(int Number, ulong Value, byte[]? Bytes)> _fields = [];

    public static ProtoFields Parse(byte[] message)
    {
        var fields = new ProtoFields();
        var rest = message.AsSpan();
        while (rest.Length > 0)
        {
            var tag = Varint(ref rest);
            var (number, kind) = ((int)(tag >> 3), tag & 7);
            switch (kind)
            {
                case 0:
                    fields._fields.Add((number, Varint(ref rest), null));
                    break;
                case 1:
                    fields._fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(rest), null));
                    rest = rest[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref rest);
                    fields._fields.Add((number, 0, rest[..length].ToArray()));
                    rest = rest[length..];
                    break;
                case 5:
                    fields._fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(rest), null));
                    rest = rest[4..];
                    break;
                default:
                    throw new InvalidDataException($"field {number} is of kind {kind}");
            }
        }

        return fields;
    }

    public IEnumerable<byte[]> All(int number) =>
        _fields.Where(field => field.Number == number && field.Bytes is not null).Select(static field => field.Bytes!);

    /// <summary>Empty when it is not there.</summary>
    public byte[] One(int number) => All(number).FirstOrDefault([]);

    public long? Number(int number) =>
        _fields.Where(field => field.Number == number && field.Bytes is null).Select(static field => (long?)field.Value).FirstOrDefault();

    private static ulong Varint(ref Span<byte> rest)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = rest[0];
            rest = rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
