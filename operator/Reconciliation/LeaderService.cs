using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>The work of one term: watches, queue, workers. Nothing outlives the term, so that a new one begins with what is.</summary>
internal sealed class LeaderService(
    ApiServer api,
    OperatorOptions options,
    WorkState state,
    OperatorMetrics metrics,
    TimeProvider time,
    ILogger<LeaderService> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!options.ElectsLeader)
        {
            state.HasReachedServer = true;
            metrics.Leads = true;
            await WorkAsync(stoppingToken);
            return;
        }

        await new Leadership(api, options.Lease, options.Identity, state, time, metrics, logger).RunAsync(WorkAsync, stoppingToken);
    }

    private async Task WorkAsync(CancellationToken term)
    {
        using var queue = new WorkQueue(time);
        var claims = new ClusterClaims();
        var configs = Informers(StatusWriter.Crd, "", OnConfig);
        var owned = new[] { Resource.ConfigMaps, Resource.Secrets, Resource.Services }
            .SelectMany(kind => Informers(kind, OwnedLabels.Selector, OnOwned))
            .ToList();
        var view = new OwnedView(owned);
        using var sidecars = new SidecarWatch(new SidecarInquiry(options.SidecarAddress, time), queue.Add, metrics, time);
        StoredObject? Find(ObjectKey key) => configs.Find(informer => informer.Covers(key.Namespace))?.Find(key);

        void OnConfig(StoredObject stored, bool isGone)
        {
            foreach (var other in claims.Set(stored.Key, isGone ? null : Typed(stored)))
            {
                queue.Add(other);
            }

            queue.Add(stored.Key);
        }

        // Whatever was done to an object of ours, its BankingConfig is looked at: drift is repaired by the same steps.
        void OnOwned(StoredObject stored, bool isGone)
        {
            if (Applier.OwnerOf(stored.Parse()) is { } config)
            {
                var key = new ObjectKey(stored.Key.Namespace, config);
                if (Find(key) is not null)
                {
                    queue.Add(key);
                }
            }
        }

        metrics.QueueDepth = () => queue.Depth;
        metrics.Configs = () => configs.Sum(static informer => informer.All.Count());
        var applier = new Applier(api, view, logger);
        var controller = new BankingConfigController(
            new ReferenceResolver(api),
            new CredentialKeeper(api, view, applier, time, logger),
            applier,
            options.AnnotatesPods ? new PodAnnotator(api, logger) : null,
            sidecars,
            new StatusWriter(api, configs, time, logger),
            view,
            claims,
            options,
            time
        );
        var all = configs.Concat(owned).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(term);
        var watching = Task.WhenAll([
            .. all.Select(informer => Task.Run(() => informer.RunAsync(stop.Token), CancellationToken.None)),
            new RestingHeap(queue, time).RunAsync(stop.Token),
        ]);
        try
        {
            // Before everything is known, what is missing can't be told from what was not listed yet.
            state.IsSynced = false;
            await Task.WhenAll(all.Select(static informer => informer.Synced)).WaitAsync(term);
            (state.HasReachedServer, state.IsSynced) = (true, true);
            await new ControllerLoop(queue, Find, controller, metrics, time, logger).RunAsync(term);
        }
        catch (OperationCanceledException) when (term.IsCancellationRequested)
        {
            // The term ended before the work began.
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<Informer> Informers(Resource resource, string selector, Action<StoredObject, bool> changed) =>
        [
            .. (options.Namespaces.Count == 0 ? [null] : options.Namespaces.Select(static name => (string?)name)).Select(
                space => new Informer(api, resource, space, selector, changed, metrics, time, logger)
            ),
        ];

    private static BankingConfig? Typed(StoredObject stored)
    {
        try
        {
            return stored.As<BankingConfig>();
        }
        catch (System.Text.Json.JsonException)
        {
            // It claims no cluster; its own report says what is wrong with it.
            return null;
        }
    }
}
