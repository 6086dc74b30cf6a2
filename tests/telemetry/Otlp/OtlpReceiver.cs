using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SlurmBanking.Telemetry.Tests.Otlp;

/// <summary>A collector that speaks OTLP (opentelemetry-proto), over gRPC and over HTTP/protobuf, and keeps what it is sent.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcHeaderBytes = 5;
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        _app.MapPost("/v1/{signal}", TakeAsync);
        _app.MapPost("/{service}/Export", TakeAsync);
    }

    public ConcurrentQueue<OtlpSpan> Spans { get; } = [];

    public ConcurrentQueue<OtlpLog> Logs { get; } = [];

    /// <summary>Names of metrics, as "service name".</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>All that came, as bytes.</summary>
    public ConcurrentQueue<byte[]> Bodies { get; } = [];

    /// <summary>The standard variables that make a process send to this receiver, soon, over gRPC, which is their default.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = AddressOf(1),
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        };

    /// <summary>The same over HTTP/protobuf.</summary>
    public IReadOnlyDictionary<string, string> HttpEnvironment =>
        new Dictionary<string, string>(Environment, StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = AddressOf(0),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    public bool HasSeen(string text) => Bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public async ValueTask DisposeAsync()
    {
        // Whoever still sends is not waited for.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private string AddressOf(int port) =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(port);

    private async Task TakeAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        var (body, path) = (memory.ToArray(), context.Request.Path.Value!);
        if (path.EndsWith("/Export", StringComparison.Ordinal))
        {
            Take(body[GrpcHeaderBytes..], path);
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[GrpcHeaderBytes]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            Take(body, path);
            context.Response.ContentType = "application/x-protobuf";
        }
    }

    // Field numbers are those of opentelemetry/proto/{trace,logs,metrics}/v1: in each a resource, a scope, and the things themselves.
    private void Take(byte[] body, string path)
    {
        Bodies.Enqueue(body);
        foreach (var resource in ProtoFields.Parse(body).All(1))
        {
            var of = ProtoFields.Parse(resource);
            var service = Attributes(ProtoFields.Parse(of.One(1)), 1).GetValueOrDefault("service.name", "");
            foreach (var thing in of.All(2).SelectMany(static scope => ProtoFields.Parse(scope).All(2)).Select(ProtoFields.Parse))
            {
                if (path.Contains("race", StringComparison.Ordinal))
                {
                    Spans.Enqueue(Span(service, thing));
                }
                else if (path.Contains("ogs", StringComparison.Ordinal))
                {
                    Logs.Enqueue(Log(service, thing));
                }
                else
                {
                    Metrics[$"{service} {Encoding.UTF8.GetString(thing.One(1))}"] = true;
                }
            }
        }
    }

    private static OtlpSpan Span(string service, ProtoFields span) =>
        new(
            service,
            Encoding.UTF8.GetString(span.One(5)),
            Convert.ToHexStringLower(span.One(1)),
            Convert.ToHexStringLower(span.One(2)),
            Convert.ToHexStringLower(span.One(4)),
            Attributes(span, 9)
        );

    private static OtlpLog Log(string service, ProtoFields log) =>
        new(service, Encoding.UTF8.GetString(ProtoFields.Parse(log.One(5)).One(1)), Convert.ToHexStringLower(log.One(9)));

    private static Dictionary<string, string> Attributes(ProtoFields fields, int number)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in fields.All(number).Select(ProtoFields.Parse))
        {
            // AnyValue: a string is its field 1, an integer its field 3.
            var value = ProtoFields.Parse(pair.One(2));
            attributes[Encoding.UTF8.GetString(pair.One(1))] = value.Number(3) is { } number64
                ? $"{number64}"
                : Encoding.UTF8.GetString(value.One(1));
        }

        return attributes;
    }
}
