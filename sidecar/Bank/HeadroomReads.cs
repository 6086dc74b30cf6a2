using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>Questions about headrooms that are on their way; of one user and account there is one at a time.</summary>
/// <param name="gate">Guards the headrooms.</param>
/// <param name="headrooms">What is known.</param>
/// <param name="book">What is held.</param>
/// <param name="reader">Asks the bank.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class HeadroomReads(Lock gate, Headrooms headrooms, Book book, HeadroomReader reader, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<(string Account, uint Uid), Task> _reads = [];
    private readonly Dictionary<(string Account, uint Uid), TaskCompletionSource> _awaited = [];
    private long _sequence;

    /// <summary>Reads a headroom. The task ends when it is known, or can't be.</summary>
    public Task ReadAsync(string account, uint uid)
    {
        if (!reader.Leases.MayAsk)
        {
            return Task.CompletedTask;
        }

        var read = new TaskCompletionSource();
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (!headrooms.IsFresh(account, uid, time.GetUtcNow()))
            {
                waiting = null;
            }
            else if (!_awaited.Remove((account, uid), out waiting))
            {
                return Task.CompletedTask;
            }
        }

        if (waiting is not null)
        {
            waiting.SetResult();
            return waiting.Task;
        }

        lock (gate)
        {
            if (_reads.TryGetValue((account, uid), out var running))
            {
                return running;
            }

            if (!headrooms.TryBeginRead(account, uid, alone: reader.Leases.Holder is not null, time.GetUtcNow()))
            {
                // Its turn comes when the deliveries of that account that are on their way have landed.
                return (_awaited.TryGetValue((account, uid), out var awaited) ? awaited : _awaited[(account, uid)] = read).Task;
            }

            _reads[(account, uid)] = read.Task;
        }

        _ = ReadAsync(account, uid, read);
        return read.Task;
    }

    /// <summary>A delivery of an account has landed: what waited for that is asked, if it is the last.</summary>
    public void Resume(string account)
    {
        List<(string Account, uint Uid)> awaited;
        lock (gate)
        {
            awaited = [.. _awaited.Keys.Where(key => key.Account == account)];
        }

        awaited.ForEach(key => _ = ReadAsync(key.Account, key.Uid));
    }

    private async Task ReadAsync(string account, uint uid, TaskCompletionSource read)
    {
        Action end = () => headrooms.EndRead(account, uid, null);
        TaskCompletionSource? awaited;
        var renews = false;
        try
        {
            if (reader.Leases.Holder is { } holder)
            {
                renews = true;
                end = await RenewAsync(account, uid, holder);
            }
            else
            {
                var headroom = await reader.ReadAsync(account, uid, CancellationToken.None);
                end = () => headrooms.EndRead(account, uid, headroom);
            }
        }
        catch (Exception e)
        {
            Log.HeadroomFailed(logger, e, account);
        }

        lock (gate)
        {
            end();
            _reads.Remove((account, uid));
            _awaited.Remove((account, uid), out awaited);
        }

        read.SetResult();
        awaited?.SetResult();
        if (renews)
        {
            Resume(account);
        }
    }

    private async Task<Action> RenewAsync(string account, uint uid, string holder)
    {
        LeaseRenewal renewal;
        var asked = time.GetTimestamp();
        lock (gate)
        {
            // Grows from one process to the next, too.
            _sequence = Math.Max(_sequence + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            renewal = headrooms.Claim(account, uid, book, _sequence, time.GetUtcNow());
        }

        var (isAnswer, grant) = await reader.Leases.RenewAsync(account, holder, renewal, CancellationToken.None);
        if (grant is not null && grant.Sequence != renewal.Sequence)
        {
            // Another process of this cluster was ahead of this one's clock.
            return () =>
            {
                _sequence = Math.Max(_sequence, grant.Sequence);
                headrooms.Need(account, uid, ServiceUnits.Zero, time.GetUtcNow());
                headrooms.EndRead(account, uid, null);
            };
        }

        var isMember = grant?.Users.Any(user => user.UserId == renewal.Users[0].UserId && user.IsMember) == true;

        // Who may submit nothing is told so in the bank's own words.
        var headroom =
            isAnswer && (grant is null || (grant.IsActive && isMember))
                ? null
                : await reader.ReadAsync(account, uid, CancellationToken.None);
        return () =>
        {
            if (
                grant is { IsActive: true }
                && headrooms.Granted(account, renewal, grant, asked, time.GetUtcNow()) is var uncovered
                && uncovered > ServiceUnits.Zero
            )
            {
                Log.LeaseUncovered(logger, account, uncovered.ToString());
            }

            headrooms.EndRead(account, uid, headroom);
        };
    }
}
