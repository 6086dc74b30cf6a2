using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>Puts a node's sidecar together: no Slurm, no bank, no configuration file.</summary>
internal static class NodeHost
{
    /// <returns>0 after a signal; 1 when the directories can't be used, or another sidecar uses them.</returns>
    public static Task<int> RunAsync(
        SidecarPaths paths,
        NodeOptions options,
        string http,
        string? slurmUser,
        CancellationToken cancellation
    ) => SidecarApplication.RunAsync(paths, http, slurmUser, user => Build(paths, options, http, user), cancellation);

    private static WebApplication Build(SidecarPaths paths, NodeOptions options, string http, SlurmUser user)
    {
        var builder = SidecarApplication.CreateBuilder(paths, http);
        AddParts(builder.Services, paths, options, user);
        var app = builder.Build();
        app.Services.GetRequiredService<HookServer>().Open();
        SidecarApplication.Map(app, paths);
        app.MapGrpcService<QueryProxy>();
        app.MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = static _ => false });
        Gauges(app.Services);
        return app;
    }

    private static void AddParts(IServiceCollection services, SidecarPaths paths, NodeOptions options, SlurmUser user)
    {
        services.AddSingleton(TimeProvider.System).AddSingleton(paths).AddSingleton(options).AddSingleton(user);
        services.AddSingleton(new ProcessStart(TimeProvider.System.GetUtcNow()));
        services.AddSingleton<SidecarMetrics>().AddSingleton<StartStore>().AddSingleton<ControllerLink>();
        services.AddSingleton<IHookDesk, NodeDesk>().AddSingleton<Forwarder>();

        // Nobody calls from elsewhere.
        services.AddSingleton(static provider =>
        {
            var nobody = new TokenList(file: null, provider.GetRequiredService<ILogger<TokenList>>());
            return new AccessTokens(nobody, nobody);
        });

        services.AddSingleton<HookServer>().AddHostedService(static provider => provider.GetRequiredService<HookServer>());
        services.AddHostedService<StartSpool>();
        services.AddHostedService<StartUpkeep>();
        services.AddHostedService(static provider => provider.GetRequiredService<Forwarder>());
        services.AddGrpcHealthChecks(static health => health.Services.Map("", static _ => true));
    }

    private static void Gauges(IServiceProvider services)
    {
        var metrics = services.GetRequiredService<SidecarMetrics>();
        var store = services.GetRequiredService<StartStore>();
        var forwarder = services.GetRequiredService<Forwarder>();
        SpoolReader.Observe(metrics, services.GetRequiredService<SidecarPaths>());
        metrics.Observe("slurm_banking.starts.kept", "{start}", "Starts that wait to be reported to the controller", () => store.Kept);
        metrics.Observe(
            "slurm_banking.controller.available",
            "1",
            "1 while the controller takes the node's reports",
            () => forwarder.State.Answers ? 1 : 0
        );
    }
}
