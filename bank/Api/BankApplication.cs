using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SlurmBanking.Bank.Api.V1;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Pages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Telemetry;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Api;

/// <summary>The bank as a web application.</summary>
internal static class BankApplication
{
    private const int MaxBodyBytes = 1 << 20;

    /// <summary>Builds it; it does not listen yet.</summary>
    /// <param name="url">Where to listen; a path is the base path of the contract.</param>
    /// <param name="metrics">Where /metrics is, without a token; null for nowhere.</param>
    /// <param name="store">The books.</param>
    /// <param name="time">The bank's clock.</param>
    /// <param name="leases">For how long it grants leases.</param>
    public static WebApplication Build(Uri url, IPEndPoint? metrics, IBankStore store, TimeProvider time, LeaseTerms leases)
    {
        // With its defaults the framework would take settings from whatever directory this starts in, and watch all that lies below it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var authority = url.GetLeftPart(UriPartial.Authority);
        builder.WebHost.UseUrls(metrics is null ? [authority] : [authority, $"http://{metrics}"]);
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // The framework's lines about every request and its own start say less than ours; why it can't start, serve says.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(time).AddSingleton(leases).AddSingleton<FailedTries>();
        builder
            .Services.AddSingleton<BankMetrics>()
            .AddHostedService<LedgerWatch>()
            .AddHostedService<WindowWatch>()
            .AddHostedService<LeaseWatch>();
        AddTelemetry(builder);
        builder.Services.Configure<RouteOptions>(static routes => routes.SetParameterPolicy<JobIdConstraint>(JobIdConstraint.Name));
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        var application = builder.Build();
        if (metrics is not null)
        {
            // Before the log and the tokens, and on that port alone.
            application.UseOpenTelemetryPrometheusScrapingEndpoint(context =>
                context.Connection.LocalPort == metrics.Port && context.Request.Path == "/metrics"
            );
        }

        application.UseMiddleware<RequestLog>();
        // The base path first: whether a failure is one of /v1/ is seen from what comes after it.
        application.UsePathBase(url.AbsolutePath.TrimEnd('/'));
        application.UseMiddleware<FailureGuard>();
        application.UseStatusCodePages(static pages =>
        {
            var status = pages.HttpContext.Response.StatusCode;
            return pages.HttpContext.WriteDetail(
                status,
                status == StatusCodes.Status405MethodNotAllowed
                    ? ContractAnswers.NoSuchMethod(pages.HttpContext.Request.Method)
                    : ContractAnswers.Status(ReasonPhrases.GetReasonPhrase(status))
            );
        });
        application.UseRouting();
        application.UseMiddleware<TokenGate>();
        application.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n")).WithMetadata(EndpointNeed.Nothing);
        SubmissionsApi.Map(application);
        JobsApi.Map(application);
        DirectoryApi.Map(application);
        TokensApi.Map(application);
        UploadsApi.Map(application);
        AccountsV1.Map(application);
        FundsV1.Map(application);
        LeasesV1.Map(application);
        TokensV1.Map(application);
        DirectoryV1.Map(application);
        OpenApiV1.Map(application);
        PeoplesPages.Map(application);
        return application;
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("slurm-banking-bank"))
            .WithMetrics(static metrics =>
                metrics.AddMeter(BankMetrics.MeterName).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter()
            );

        // The standard variables alone switch OTLP on: without a collector nothing is tried.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            builder.Logging.AddOpenTelemetry(static logs => logs.IncludeFormattedMessage = true);
            telemetry
                .WithTracing(static tracing =>
                    tracing.AddAspNetCoreInstrumentation(static requests =>
                        requests.Filter = static context => context.Request.Path.Value is not ("/metrics" or "/healthz")
                    )
                )
                .UseOtlpExporter();
        }
    }
}
