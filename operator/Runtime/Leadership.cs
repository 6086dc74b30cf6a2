using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// One operator at a time does the work: whoever holds the Lease. It is renewed while the work goes on, the work is stopped
/// before it could be taken by another, and it is given back at once when the process ends.
/// </summary>
/// <remarks>
/// KubernetesClient's elector neither gives back nor survives a connection error while it waits. As in client-go, others'
/// clocks are not believed: a lease has expired when it has not changed for its duration by one's own.
/// </remarks>
internal sealed class Leadership(
    ApiServer api,
    ObjectKey lease,
    string identity,
    WorkState state,
    TimeProvider time,
    OperatorMetrics metrics,
    ILogger logger
)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    private string _seen = "";
    private long _seenAt;

    /// <summary>Waits for the lease and works while it is held, again and again.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!await TryHoldAsync(cancellation))
            {
                await PauseAsync(Retry, cancellation);
                continue;
            }

            await LeadAsync(work, cancellation);
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        metrics.Leads = true;
        Log.Leading(logger, identity, lease);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = work(term.Token);
        try
        {
            var renewed = time.GetTimestamp();
            while (!cancellation.IsCancellationRequested && time.GetElapsedTime(renewed) < RenewWithin && !working.IsCompleted)
            {
                await PauseAsync(Retry, cancellation);
                var asked = time.GetTimestamp();
                if (!cancellation.IsCancellationRequested && await TryHoldAsync(cancellation))
                {
                    renewed = asked;
                }
            }
        }
        finally
        {
            metrics.Leads = false;
            await term.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (cancellation.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
        else
        {
            Log.LeadershipLost(logger, identity, lease, RenewWithin.TotalSeconds);
        }
    }

    /// <summary>Takes or renews the lease.</summary>
    /// <returns>False when another holds it, or the server could not be asked.</returns>
    private async Task<bool> TryHoldAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(RenewWithin / 2, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            if (await api.GetAsync(Resource.Leases, lease, either.Token) is not { } found)
            {
                await api.CreateAsync(Resource.Leases, lease.Namespace, Body(null, identity, transitions: 0), either.Token);
                return true;
            }

            if (found.ResourceVersion != _seen)
            {
                (_seen, _seenAt) = (found.ResourceVersion, time.GetTimestamp());
            }

            var spec = found.Parse().TryGetProperty("spec", out var given) ? given : default;
            var holder = StoredObject.Text(spec, "holderIdentity") ?? "";
            var isOwn = holder == identity;
            if (!isOwn && holder.Length > 0 && time.GetElapsedTime(_seenAt) < Duration)
            {
                // Somebody else works: this process is ready to take over.
                (state.HasReachedServer, state.IsSynced) = (true, true);
                return false;
            }

            var transitions =
                spec.ValueKind == System.Text.Json.JsonValueKind.Object
                && spec.TryGetProperty("leaseTransitions", out var count)
                && count.TryGetInt32(out var number)
                    ? number
                    : 0;
            var next = await api.ReplaceAsync(
                Resource.Leases,
                lease,
                Body(found.ResourceVersion, identity, isOwn ? transitions : transitions + 1),
                either.Token
            );
            (_seen, _seenAt) = (next.ResourceVersion, time.GetTimestamp());
            return true;
        }
        catch (Exception e)
            when (e
                    is ApiException
                        or HttpRequestException
                        or IOException
                        or TimeoutException
                        or OperationCanceledException
                        or FormatException
            )
        {
            // Another was quicker, or nobody answers: tried again soon, as ever.
            if (e is not ApiException { Code: HttpStatusCode.Conflict } && !cancellation.IsCancellationRequested)
            {
                Log.LeaseTrouble(logger, lease, e.Message);
            }

            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3), time);
        try
        {
            if (
                await api.GetAsync(Resource.Leases, lease, deadline.Token) is { } found
                && found.Parse().TryGetProperty("spec", out var spec)
                && StoredObject.Text(spec, "holderIdentity") == identity
            )
            {
                await api.ReplaceAsync(Resource.Leases, lease, Body(found.ResourceVersion, holder: "", transitions: 0), deadline.Token);
                Log.LeadershipReleased(logger, identity, lease);
            }
        }
        catch (Exception e)
            when (e is ApiException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            Log.LeaseTrouble(logger, lease, e.Message);
        }
    }

    private JsonObject Body(string? version, string holder, int transitions)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var metadata = new JsonObject { ["name"] = lease.Name, ["namespace"] = lease.Namespace };
        if (version is not null)
        {
            metadata["resourceVersion"] = version;
        }

        var spec = new JsonObject
        {
            ["leaseDurationSeconds"] = (int)Duration.TotalSeconds,
            ["acquireTime"] = now,
            ["renewTime"] = now,
            ["leaseTransitions"] = transitions,
        };
        if (holder.Length > 0)
        {
            spec["holderIdentity"] = holder;
        }

        return new JsonObject
        {
            ["apiVersion"] = Resource.Leases.ApiVersion,
            ["kind"] = Resource.Leases.Kind,
            ["metadata"] = metadata,
            ["spec"] = spec,
        };
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellation) =>
        Task.Delay(pause, time, cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);
}
