using System.Buffers.Binary;
using System.Net.Sockets;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>HTTP/2 that is none, and gRPC that is none, for the query service's socket.</summary>
internal sealed class ApiLane(string path, Random random) : IDisposable
{
    private const int PatienceMs = 30_000;

    private static readonly string[] Methods =
    [
        "/slurm_banking.v1.Banking/Status",
        "/slurm_banking.v1.Banking/Nothing",
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/",
        "/healthz",
        "/metrics",
        "/%00/../..",
    ];

    private HttpClient _client = Api.Client(path);

    /// <summary>One connection of garbage, or some calls at once.</summary>
    /// <returns>Frames or calls that were sent.</returns>
    public async Task<int> RunAsync()
    {
        if (random.Next(2) == 0)
        {
            return Garble();
        }

        var calls = Enumerable.Range(0, random.Next(1, 33)).Select(_ => Call()).ToList();
        await Task.WhenAll(calls.Select(AskAsync));
        return calls.Count;
    }

    public void Dispose() => _client.Dispose();

    private (string Method, byte[] Body) Call()
    {
        // A message of more than 4 MiB is refused; one in fifty would be most of what is sent.
        var body = new byte[random.Next(50) == 0 ? 5 << 20 : random.Next(512)];
        if (body.Length < 1 << 20)
        {
            random.NextBytes(body);
        }

        if (body.Length >= Api.PrefixBytes && random.Next(4) != 0)
        {
            body[0] = (byte)random.Next(2);
            BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), random.Next(4) == 0 ? random.Next() : body.Length - Api.PrefixBytes);
        }

        return (Methods[random.Next(Methods.Length)], body);
    }

    private async Task AskAsync((string Method, byte[] Body) call)
    {
        try
        {
            using var request = Api.Call(call.Method, call.Body);
            using var response = await _client.SendAsync(request);
            _ = await response.Content.ReadAsByteArrayAsync();
        }
        catch (Exception e) when (e is HttpRequestException or HttpProtocolException or IOException or ObjectDisposedException)
        {
            // To be refused is an answer.
        }
        catch (OperationCanceledException)
        {
            // A body that nobody wants to read can hold up its own connection; nobody else's.
            _client.Dispose();
            _client = Api.Client(path);
            Assert.Equal("controller", (await Api.StatusAsync(path)).Role);
        }
    }

    private int Garble()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = PatienceMs };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        using var bytes = new MemoryStream();
        if (random.Next(8) != 0)
        {
            bytes.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
            bytes.Write([0, 0, 0, 4, 0, 0, 0, 0, 0]);
        }

        var frames = random.Next(1, 33);
        for (var i = 0; i < frames; i++)
        {
            var payload = new byte[random.Next(64)];
            random.NextBytes(payload);
            var header = new byte[9];
            var length = random.Next(16) == 0 ? random.Next(1 << 24) : payload.Length;
            (header[0], header[1], header[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
            header[3] = (byte)random.Next(12);
            header[4] = (byte)random.Next(256);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(5), random.Next(4) == 0 ? random.Next() : random.Next(8));
            bytes.Write(header);
            bytes.Write(payload);
        }

        try
        {
            socket.Send(bytes.ToArray());
            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (socket.Receive(buffer) > 0) { }
        }
        catch (SocketException e) when (e.SocketErrorCode is not (SocketError.TimedOut or SocketError.WouldBlock))
        {
            // Sent away.
        }

        return frames;
    }
}
