using System.Diagnostics;
using System.Net;
using k8s;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Reconciliation;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Telemetry;
using SlurmBanking.Operator.Webhooks;

namespace SlurmBanking.Operator;

/// <summary>The process: HTTP for health and metrics, the webhook, and the work under the lease.</summary>
internal static class OperatorHost
{
    public static async Task<int> RunAsync(
        OperatorOptions options,
        KubernetesClientConfiguration configuration,
        CancellationToken cancellation
    )
    {
        // With its defaults the framework would take settings from whatever directory this starts in, and watch all that lies below it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        AddLogging(builder.Logging);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(options).AddSingleton<OperatorMetrics>();
        builder.Services.AddSingleton(provider => new ApiServer(configuration, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<WorkState>().AddHostedService<LeaderService>();
        builder.Services.AddSingleton<WebhookCertificate>().AddSingleton<AdmissionDesk>();
        if (options.Webhook is not null)
        {
            builder.Services.AddHostedService<WebhookCertificateService>();
        }

        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("ready");
        AddTelemetry(builder);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        await using var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false });
        app.MapHealthChecks("/readyz");
        app.MapPost("/validate", static (HttpContext context, AdmissionDesk desk) => desk.AnswerAsync(context));
        if (options.Namespaces.Count == 0)
        {
            Log.WatchingAll(app.Logger, ThisAssembly.Version);
        }
        else
        {
            Log.Watching(app.Logger, ThisAssembly.Version, string.Join(", ", options.Namespaces));
        }

        await app.RunAsync(cancellation);
        return 0;
    }

    private static void Listen(KestrelServerOptions kestrel, OperatorOptions options)
    {
        // An AdmissionReview holds two objects, and an object is bounded by etcd.
        kestrel.Limits.MaxRequestBodySize = 8 << 20;
        if (options.Http is { } http)
        {
            kestrel.Listen(http, static listen => listen.Protocols = HttpProtocols.Http1);
        }

        if (options.Webhook is { } webhook)
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<WebhookCertificate>();
            kestrel.Listen(
                webhook,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
                }
            );
        }

        if (options is { Http: null, Webhook: null })
        {
            // The host insists on an address: one that nobody knows, on this machine.
            kestrel.Listen(IPAddress.Loopback, 0);
        }
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        // One JSON object a line where nobody looks at a terminal: in a cluster.
        if (Console.IsOutputRedirected)
        {
            logging.AddJsonConsole(static options =>
                (options.UseUtcTimestamp, options.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ")
            );
        }
        else
        {
            logging.AddSimpleConsole(static options => options.SingleLine = true);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(static options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("slurm-banking-operator", serviceVersion: ThisAssembly.Version))
            .WithMetrics(static metrics => metrics.AddMeter(OperatorMetrics.MeterName).AddRuntimeInstrumentation().AddPrometheusExporter());
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            builder.Logging.AddOpenTelemetry(static logs => logs.IncludeFormattedMessage = true);
            telemetry
                .WithTracing(static tracing =>
                    tracing
                        .AddSource(ReconciliationTrace.SourceName)
                        // Watches and renewals of the lease go on all the time; only what a reconciliation asks belongs somewhere.
                        .AddHttpClientInstrumentation(static calls =>
                            calls.FilterHttpRequestMessage = static _ => Activity.Current?.Parent is not null
                        )
                )
                .UseOtlpExporter();
        }
    }
}
