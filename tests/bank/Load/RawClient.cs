using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SlurmBanking.Bank.Tests.Load;

/// <summary>
/// A connection that speaks just enough HTTP/1.1: one request after another, bytes out and bytes in. It shares the processors with the
/// bank that it measures, and takes as little of them as it can.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _head;
    private readonly byte[] _out = new byte[8 << 10];
    private readonly byte[] _in = new byte[64 << 10];

    /// <summary>Connects.</summary>
    /// <param name="bank">Where the bank listens on loopback.</param>
    /// <param name="token">The token of all requests.</param>
    /// <param name="cluster">The cluster that all requests name.</param>
    public RawClient(IPEndPoint bank, string token, string cluster)
    {
        _socket.Connect(bank);
        _head = $"Host: bank\r\nAuthorization: Token {token}\r\nSlurm-Cluster: {cluster}\r\nContent-Type: application/json\r\n";
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="line">Method and path, such as "POST /jobs/".</param>
    /// <param name="body">The body.</param>
    /// <param name="more">Further headers, each with its line's end; "" for none.</param>
    /// <returns>The status, and the body as it came, chunked or not.</returns>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> Send(string line, string body, string more = "")
    {
        var length = Encoding.UTF8.GetBytes($"{line} HTTP/1.1\r\n{_head}{more}Content-Length: {body.Length}\r\n\r\n{body}", _out);
        await _socket.SendAsync(_out.AsMemory(0, length));
        var got = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_in.AsMemory(got));
            if (read == 0)
            {
                throw new IOException($"the bank hung up on {line}");
            }

            got += read;
            if (Whole(_in.AsMemory(0, got)) is { } answer)
            {
                return answer;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static (int, ReadOnlyMemory<byte>)? Whole(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf(EndOfHead);
        if (end < 0)
        {
            return null;
        }

        var head = bytes.Span[..end];
        var status = int.Parse(head[9..12], NumberStyles.None, CultureInfo.InvariantCulture);
        var body = bytes[(end + EndOfHead.Length)..];
        var at = head.IndexOf("Content-Length: "u8);
        var isWhole =
            at < 0
                ? body.Span.EndsWith("0\r\n\r\n"u8)
                : body.Length == int.Parse(Digits(head[(at + 16)..]), NumberStyles.None, CultureInfo.InvariantCulture);
        return isWhole ? (status, body) : null;
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text : text[..end];
    }
}
