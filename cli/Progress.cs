using Google.Protobuf.WellKnownTypes;

namespace SlurmBanking.Cli;

/// <summary>How far work over a span has come: one line on a terminal, nothing elsewhere.</summary>
internal sealed class Progress : IDisposable
{
    private const int Width = 30;

    private readonly TextWriter _output;
    private readonly bool _isShown;
    private readonly DateTimeOffset _since;
    private readonly TimeSpan _span;

    /// <param name="output">Standard error, or what stands for it.</param>
    /// <param name="since">Begin of the span.</param>
    /// <param name="until">Its end; null for now.</param>
    public Progress(TextWriter output, Timestamp? since, Timestamp? until)
    {
        (_output, _isShown) = (output, output == Console.Error && !Console.IsErrorRedirected);
        _since = since?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch;
        _span = (until?.ToDateTimeOffset() ?? TimeProvider.System.GetUtcNow()) - _since;
    }

    /// <summary>Shows that all until a time is done.</summary>
    public void Reach(Timestamp? until, ulong runs)
    {
        if (_isShown && until is not null && _span > TimeSpan.Zero)
        {
            var share = Math.Clamp((until.ToDateTimeOffset() - _since) / _span, 0, 1);
            var done = (int)(share * Width);
            _output.Write($"\r[{new string('#', done)}{new string('.', Width - done)}] {share:P0}, {runs} runs ");
        }
    }

    public void Dispose()
    {
        if (_isShown)
        {
            _output.Write("\r\e[K");
        }
    }
}
