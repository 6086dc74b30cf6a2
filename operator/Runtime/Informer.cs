using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// Keeps what is known of one kind, in one namespace or all: lists, watches, and lists again when the watch can't go on from
/// where it was. A list is compared with what was known, so that what was deleted meanwhile is noticed too.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="resource">The kind.</param>
/// <param name="space">The namespace; null for all.</param>
/// <param name="selector">Labels, "key=value"; "" for any.</param>
/// <param name="changed">Hears the key of whatever changed; called on the informer's own thread of work, must not block.</param>
/// <param name="metrics">Counts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of troubles.</param>
internal sealed class Informer(
    ApiServer api,
    Resource resource,
    string? space,
    string selector,
    Action<StoredObject, bool> changed,
    OperatorMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<ObjectKey, StoredObject> _objects = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when everything has been listed once.</summary>
    public Task Synced => _synced.Task;

    public Resource Resource => resource;

    public IEnumerable<StoredObject> All => _objects.Select(static pair => pair.Value);

    public StoredObject? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    /// <summary>Whether it looks at a namespace.</summary>
    public bool Covers(string name) => space is null || space == name;

    /// <summary>Takes what the server answered to a write of our own, so that its echo is no news.</summary>
    public void Remember(StoredObject stored) =>
        _objects.AddOrUpdate(stored.Key, stored, (_, known) => IsNewer(stored, known) ? stored : known);

    /// <summary>Makes sure that the server is asked before anything is believed of an object.</summary>
    public void Forget(ObjectKey key) => _objects.TryRemove(key, out _);

    /// <summary>Lists and watches until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var (version, pause) = ("", FirstPause);
        while (!cancellation.IsCancellationRequested)
        {
            var why = "";
            try
            {
                if (version.Length == 0)
                {
                    version = await RelistAsync(cancellation);
                }

                await foreach (var change in api.WatchAsync(resource, space, selector, version, cancellation))
                {
                    version = Take(change) ?? version;
                    pause = FirstPause;
                }

                // The server ends a watch that has lasted; the next one goes on from there.
                pause = FirstPause;
                metrics.WatchRestarted(resource.Plural, "ended");
                continue;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException e) when (e.IsGone)
            {
                (version, why) = ("", "gone");
                Log.WatchGone(logger, resource.Plural, e.Message);
            }
            catch (ApiException e)
            {
                why = "refused";
                pause = e.RetryAfter is { } wanted && wanted > pause ? wanted : pause;
                Log.ListRefused(logger, resource.Plural, (int)e.Code, e.Message);
            }
            catch (Exception e)
                when (e is HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException)
            {
                why = e is TimeoutException or OperationCanceledException ? "dead" : "cut";
                Log.WatchBroken(logger, resource.Plural, e.Message);
            }
            catch (Exception e)
            {
                // What can't be read is listed anew: no single answer may end the watching for good.
                (version, why) = ("", "unreadable");
                Log.WatchUnreadable(logger, e, resource.Plural);
            }

            metrics.WatchRestarted(resource.Plural, why);
            await Task.Delay(Jittered(pause), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<string> RelistAsync(CancellationToken cancellation)
    {
        var list = await api.ListAsync(resource, space, selector, cancellation);
        var gone = _objects.Keys.ToHashSet();
        foreach (var item in list.Items)
        {
            gone.Remove(item.Key);
            Put(item);
        }

        foreach (var key in gone)
        {
            Remove(key);
        }

        _synced.TrySetResult();
        return list.ResourceVersion;
    }

    private string? Take(WatchEvent change)
    {
        if (change.Type == "BOOKMARK")
        {
            return change.Object.TryGetProperty("metadata", out var metadata) ? StoredObject.Text(metadata, "resourceVersion") : null;
        }

        if (StoredObject.KeyOf(change.Object) is not { } key)
        {
            return null;
        }

        if (change.Type == "DELETED")
        {
            Remove(key);
        }
        else if (Find(key) is not { } known || StoredObject.VersionOf(change.Object) != (known.Uid, known.ResourceVersion))
        {
            // Most events are echoes of our own writes, and those are known.
            Put(StoredObject.From(change.Object)!);
        }

        return StoredObject.VersionOf(change.Object).ResourceVersion;
    }

    private void Put(StoredObject stored)
    {
        var known = Find(stored.Key);
        if (known is not null && !IsNewer(stored, known))
        {
            return;
        }

        _objects[stored.Key] = stored;
        changed(stored, false);
    }

    private void Remove(ObjectKey key)
    {
        if (_objects.TryRemove(key, out var known))
        {
            changed(known, true);
        }
    }

    // An object that was made anew under its name has another uid; of one, the server's numbers rise.
    private static bool IsNewer(StoredObject one, StoredObject than) =>
        one.Uid != than.Uid
        || !ulong.TryParse(one.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        || !ulong.TryParse(than.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
        || version > known;

    // Many operators that lost one server must not come back in step.
    private static TimeSpan Jittered(TimeSpan pause) => pause * (0.5 + (Random.Shared.NextDouble() / 2));
}
