using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar;

/// <summary>What the sidecar has in every role: directories, the api socket, HTTP, logs and telemetry.</summary>
internal static class SidecarApplication
{
    private const int MaxSocketPathBytes = 107;

    /// <summary>Of one metric; room for all is taken when it is made.</summary>
    private const int MostSeries = 100;

    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <returns>0 after a signal; 1 when the directories can't be used, or another sidecar uses them.</returns>
    public static async Task<int> RunAsync(
        SidecarPaths paths,
        string http,
        string? slurmUser,
        Func<SlurmUser, WebApplication> build,
        CancellationToken cancellation
    )
    {
        var user = slurmUser is null ? SlurmUser.Own() : SlurmUser.Parse(slurmUser);
        if (user is null)
        {
            return Fail(Failures.NoUser(slurmUser!));
        }

        if (http != "none" && !IPEndPoint.TryParse(http, out _))
        {
            return Fail(Failures.HttpForm(http));
        }

        // sun_path of unix(7) has 108 bytes, the last of them 0.
        if (Encoding.UTF8.GetByteCount(paths.HookSocket) > MaxSocketPathBytes)
        {
            return Fail(Failures.SocketTooLong(paths.HookSocket, MaxSocketPathBytes));
        }

        try
        {
            Directory.CreateDirectory(paths.StateDirectory, PrivateMode);
            Directory.CreateDirectory(paths.RuntimeDirectory, DirectoryMode);
            await using var app = build(user);
            await app.RunAsync(cancellation);

            // Set by whatever has to end the process for its own good.
            return Environment.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or SqliteException)
        {
            return Fail(e.Message);
        }
    }

    /// <summary>Says on standard error why the sidecar does not start.</summary>
    /// <returns>1, the exit code.</returns>
    public static int Fail(string problem)
    {
        Console.Error.WriteLine($"sidecar: {problem}");
        return 1;
    }

    /// <summary>Logs, telemetry, gRPC whose callers are checked, the api socket and the HTTP port.</summary>
    public static WebApplicationBuilder CreateBuilder(SidecarPaths paths, string http)
    {
        // With its defaults the framework would take settings from whatever directory this starts in, and watch all that lies below it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        AddLogging(builder);
        AddTelemetry(builder);
        builder.Services.AddSingleton<CallerInterceptor>();
        builder.Services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = StartBounds.MaxMessageBytes;
            grpc.Interceptors.Add<CallerInterceptor>();
        });
        builder.Services.AddGrpcReflection();
        File.Delete(paths.ApiSocket);
        var wanted = http == "none" ? null : IPEndPoint.Parse(http);
        var endpoint = wanted is null ? null : FreeEndpoint(wanted);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(paths.ApiSocket, static listen => listen.Protocols = HttpProtocols.Http2);
            if (endpoint is not null)
            {
                kestrel.Listen(endpoint, static listen => listen.Protocols = HttpProtocols.Http1);
            }
            else if (wanted is not null)
            {
                Log.HttpUnavailable(kestrel.ApplicationServices.GetRequiredService<ILogger<WebApplication>>(), http, Failures.AddressInUse);
            }
        });
        return builder;
    }

    /// <summary>Health, reflection and metrics.</summary>
    public static void Map(WebApplication app, SidecarPaths paths)
    {
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapPrometheusScrapingEndpoint();
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false });
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            // Any local user may ask; each call decides what they get.
            File.SetUnixFileMode(paths.ApiSocket, (UnixFileMode)0b110_110_110);
        });
    }

    /// <summary>
    /// The endpoint, or null while somebody else uses it: a port that is taken must not keep the plugins' socket from working.
    /// </summary>
    public static IPEndPoint? FreeEndpoint(IPEndPoint endpoint)
    {
        try
        {
            using var probe = new TcpListener(endpoint);
            probe.Start();
            return endpoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(static options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

        // A decision must not wait for whoever reads our output.
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);

        // It logs what callers send as its own errors, and any local user may call.
        builder.Logging.AddFilter("Grpc", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("slurm-banking-sidecar", serviceVersion: ThisAssembly.Version))
            .WithMetrics(static metrics =>
                metrics
                    .AddMeter(SidecarMetrics.MeterName)
                    .AddHttpClientInstrumentation()
                    .AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MostSeries })
                    .AddPrometheusExporter()
            );

        // The standard variables alone switch OTLP on: without a collector nothing is tried.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            builder.Logging.AddOpenTelemetry(static logs => logs.IncludeFormattedMessage = true);
            telemetry
                .WithTracing(static tracing =>
                    tracing
                        .AddSource(JobTrace.SourceName)
                        .AddHttpClientInstrumentation()
                        .AddAspNetCoreInstrumentation(static requests => requests.Filter = IsNoProbe)
                )
                .UseOtlpExporter();
        }
    }

    // Whoever looks after this process asks all the time; that is nothing to trace.
    private static bool IsNoProbe(HttpContext context) =>
        context.Request.Path.Value is not ("/metrics" or "/healthz" or "/readyz" or "/grpc.health.v1.Health/Check");
}
