using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>gRPC as it is on the wire: HTTP/2 without TLS on a Unix socket, five bytes before each message.</summary>
internal static class Api
{
    public const int PrefixBytes = 5;

    public static HttpClient Client(string socket) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellation) =>
                {
                    var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                    return new NetworkStream(unix, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://sidecar"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(5),
        };

    public static HttpRequestMessage Call(string method, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public static async Task<StatusReply> StatusAsync(string socket)
    {
        using var client = Client(socket);
        using var call = Call("/slurm_banking.v1.Banking/Status", new byte[PrefixBytes]);
        using var response = await client.SendAsync(call);
        var body = await response.Content.ReadAsByteArrayAsync();
        return StatusReply.Parser.ParseFrom(body.AsSpan(PrefixBytes).ToArray());
    }
}
