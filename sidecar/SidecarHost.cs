using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar;

/// <summary>Puts the controller's sidecar together.</summary>
internal static class SidecarHost
{
    private const string ReadyTag = "ready";

    /// <returns>0 after a signal; 1 when the directories can't be used, or another sidecar uses them.</returns>
    public static Task<int> RunAsync(
        SidecarPaths paths,
        RemotePort? remote,
        string http,
        string? slurmUser,
        CancellationToken cancellation
    ) => SidecarApplication.RunAsync(paths, http, slurmUser, user => Build(paths, remote, http, user), cancellation);

    private static WebApplication Build(SidecarPaths paths, RemotePort? remote, string http, SlurmUser user)
    {
        var builder = SidecarApplication.CreateBuilder(paths, http);
        AddParts(builder.Services, paths, user);
        RemoteAccess.Add(builder, remote);
        var app = builder.Build();
        app.Services.GetRequiredService<Journal>().Damaged += () =>
        {
            Environment.ExitCode = 1;
            Log.StateDamaged(app.Logger);
            app.Lifetime.StopApplication();
        };
        _ = app.Services.GetRequiredService<JournalThread>();

        // Plugins come first: a pod whose sidecar is slow to start has no slurmctld.
        app.Services.GetRequiredService<HookServer>().Open();
        RemoteAccess.Guard(app);
        SidecarApplication.Map(app, paths);
        app.MapGrpcService<BankingService>();
        app.MapGrpcService<FactsService>();
        app.MapHealthChecks("/readyz", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(ReadyTag) });
        Gauges(app.Services);
        return app;
    }

    private static void AddParts(IServiceCollection services, SidecarPaths paths, SlurmUser user)
    {
        services.AddSingleton(TimeProvider.System).AddSingleton(paths).AddSingleton(user);
        services.AddSingleton(new ProcessStart(TimeProvider.System.GetUtcNow()));
        services.AddSingleton<SettingsStore>().AddSingleton<ViewStore>().AddSingleton<SidecarMetrics>();
        services.AddSingleton(static provider => new StateDatabase(
            provider.GetRequiredService<SidecarPaths>(),
            provider.GetRequiredService<TimeProvider>().GetUtcNow(),
            provider.GetRequiredService<ILogger<StateDatabase>>()
        ));
        services.AddSingleton(static provider => new Reserve(provider.GetRequiredService<SidecarPaths>().ReserveFile));
        services.AddSingleton<Patience>(Blocking.Wait);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<SlurmCommands>();
        services.AddSingleton<ISlurm>(static provider => provider.GetRequiredService<SlurmCommands>());
        services.AddSingleton<IAccounting>(static provider => provider.GetRequiredService<SlurmCommands>());
        services.AddSingleton<Journal>().AddSingleton<JournalThread>();
        services.AddSingleton(static provider => ActivatorUtilities.CreateInstance<Duty>(provider, Environment.MachineName));
        services.AddSingleton<BankHealth>().AddSingleton<ClusterName>().AddSingleton<HeadroomReader>().AddSingleton<Courier>();
        services.AddSingleton(new Shelf()).AddSingleton<Teller>().AddSingleton<IHookDesk, HookDesk>().AddSingleton<DeliveryLoop>();
        services.AddSingleton<Reconciler>().AddSingleton<Replayer>().AddSingleton<DirectoryNews>();
        services.AddSingleton(static provider => new Leases(
            provider.GetRequiredService<ILeaseApi>(),
            () => provider.GetRequiredService<ClusterName>().Value,
            provider.GetRequiredService<BankHealth>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddTransient<BankTransport>();
        ReachBank(services.AddBankApi(static _ => BankTransport.Placeholder));
        ReachBank(services.AddBalanceApi(static _ => BankTransport.Placeholder));
        ReachBank(services.AddLeaseApi(static _ => BankTransport.Placeholder));
        ReachBank(services.AddDirectoryApi(static _ => BankTransport.Placeholder));

        services.AddSingleton<HookServer>().AddHostedService(static provider => provider.GetRequiredService<HookServer>());
        services.AddHostedService(static provider => provider.GetRequiredService<Duty>());
        services.AddHostedService<ControllerSpool>();
        services.AddHostedService<SettingsWatcher>();
        services.AddHostedService<ClusterRefresher>();
        services.AddSingleton<Sweeper>().AddHostedService(static provider => provider.GetRequiredService<Sweeper>());
        services.AddHostedService<HeadroomRefresher>();
        services.AddHostedService<DirectorySender>();
        services.AddHostedService(static provider => provider.GetRequiredService<DeliveryLoop>());

        services
            .AddGrpcHealthChecks(static options => options.Services.Map("", static _ => true))
            .AddCheck<ReadyCheck>("view", tags: [ReadyTag]);
    }

    private static void Gauges(IServiceProvider services)
    {
        var metrics = services.GetRequiredService<SidecarMetrics>();
        var teller = services.GetRequiredService<Teller>();
        var journal = services.GetRequiredService<Journal>();
        var duty = services.GetRequiredService<Duty>();
        var health = services.GetRequiredService<BankHealth>();
        var settings = services.GetRequiredService<SettingsStore>();
        metrics.Observe("slurm_banking.holds.open", "{hold}", "Open holds", () => teller.Totals().Holds);
        metrics.Observe("slurm_banking.holds.amount", "{SU}", "Sum of all open holds", () => (double)teller.Totals().Held.Value);
        metrics.Observe("slurm_banking.holds.unbound", "{hold}", "Holds that the queue has not shown yet", () => teller.Totals().Unbound);
        metrics.Observe(
            "slurm_banking.leases.open",
            "{lease}",
            "Leases on accounts that the bank has granted",
            () => teller.Leases().Count
        );
        metrics.Observe(
            "slurm_banking.leases.uncovered",
            "{SU}",
            "Held beyond what the bank has leased to this cluster",
            () => (double)teller.Leases().Uncovered.Value
        );
        metrics.Observe("slurm_banking.runs.open", "{run}", "Runs charged or being charged", () => teller.Totals().Running);
        metrics.Observe(
            "slurm_banking.jobs.let_in",
            "{job}",
            "Open holds and running jobs about which nobody was asked",
            () => teller.Totals().LetIn
        );
        metrics.Observe(
            "slurm_banking.state.room",
            "1",
            "Room in the state directory: 2 ample, 1 for the ends of jobs only, 0 none",
            () => 2 - (int)journal.Room
        );
        var database = services.GetRequiredService<SidecarPaths>().DatabaseFile;
        metrics.Observe(
            "slurm_banking.state.damaged",
            "{database}",
            "Damaged state databases that were set aside and lie in the state directory",
            () => StateSalvage.Count(database)
        );
        metrics.Observe("slurm_banking.duty.active", "1", "1 beside the active slurmctld", () => duty.IsActive ? 1 : 0);
        var sweeper = services.GetRequiredService<Sweeper>();
        metrics.Observe(
            "slurm_banking.sweep.age",
            "s",
            "For how long the whole queue has not been seen; 0 on a standby",
            () => sweeper.Age.TotalSeconds
        );
        SpoolReader.Observe(metrics, services.GetRequiredService<SidecarPaths>());
        metrics.Observe("slurm_banking.outbox.pending", "{record}", "Records that wait for the bank", () => journal.Count().Pending);
        metrics.Observe("slurm_banking.outbox.parked", "{record}", "Records that the bank will not take", () => journal.Count().Parked);
        metrics.Observe(
            "slurm_banking.outbox.oldest",
            "s",
            "How long the oldest record waits for the bank; 0 when none does",
            () => journal.OldestWait().TotalSeconds
        );
        metrics.Observe(
            "slurm_banking.bank.token.accepted",
            "1",
            "0 while the bank refuses the token",
            () => health.State == BankState.TokenRefused ? 0 : 1
        );
        metrics.Observe("slurm_banking.bank.available", "1", "1 while the bank answers", () => health.Available ? 1 : 0);
        metrics.Observe(
            "slurm_banking.configuration.degraded",
            "1",
            "1 while the file on disk can't be used",
            () => settings.Current.Degraded ? 1 : 0
        );
        if (services.GetService<CertificateStore>() is { } certificate)
        {
            metrics.Observe(
                "slurm_banking.certificate.remaining",
                "s",
                "How long the certificate of --listen is still good",
                () => certificate.Remaining.TotalSeconds
            );
        }
    }

    private static void ReachBank(IHttpClientBuilder client) =>
        client
            .RemoveAllLoggers()
            .ConfigureHttpClient(BankTransport.LeaveTimeoutToTransport)
            .AddHttpMessageHandler<BankTransport>()
            .ConfigurePrimaryHttpMessageHandler(static provider =>
            {
                var settings = provider.GetRequiredService<SettingsStore>();
                return new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                    MaxConnectionsPerServer = 16,
                    SslOptions =
                    {
                        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                            BankTransport.IsTrusted(settings, certificate, chain, errors),
                    },
                };
            });
}
