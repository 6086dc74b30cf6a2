namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Keeps lines of text as bytes, in few and large pieces.</summary>
internal sealed class LineStore
{
    // Below what goes among the large objects, of which many together cause full collections.
    private const int PieceBytes = 64 * 1024;

    private readonly List<byte[]> _pieces = [];
    private readonly List<(int Piece, int From, int Length)> _lines = [];
    private int _used = PieceBytes;

    public ReadOnlySpan<byte> this[int line]
    {
        get
        {
            var (piece, from, length) = _lines[line];
            return _pieces[piece].AsSpan(from, length);
        }
    }

    public void Add(ReadOnlySpan<byte> line)
    {
        if (_used + line.Length > PieceBytes)
        {
            _pieces.Add(new byte[Math.Max(PieceBytes, line.Length)]);
            _used = 0;
        }

        line.CopyTo(_pieces[^1].AsSpan(_used));
        _lines.Add((_pieces.Count - 1, _used, line.Length));
        _used += line.Length;
    }
}
