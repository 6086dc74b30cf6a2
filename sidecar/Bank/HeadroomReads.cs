using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>Questions about headrooms that are on their way; of one user and account there is one at a time.</summary>
/// <param name="gate">Guards the headrooms.</param>
/// <param name="headrooms">What is known.</param>
/// <param name="reader">Asks the bank.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class HeadroomReads(Lock gate, Headrooms headrooms, HeadroomReader reader, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<(string Account, uint Uid), Task> _reads = [];
    private readonly Dictionary<(string Account, uint Uid), TaskCompletionSource> _awaited = [];

    /// <summary>Reads a headroom. The task ends when it is known, or can't be.</summary>
    public Task ReadAsync(string account, uint uid)
    {
        var read = new TaskCompletionSource();
        lock (gate)
        {
            if (_reads.TryGetValue((account, uid), out var running))
            {
                return running;
            }

            if (!headrooms.TryBeginRead(account, uid, time.GetUtcNow()))
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
        Headroom? headroom = null;
        TaskCompletionSource? awaited;
        try
        {
            headroom = await reader.ReadAsync(account, uid, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.HeadroomFailed(logger, e, account);
        }

        lock (gate)
        {
            headrooms.EndRead(account, uid, headroom);
            _reads.Remove((account, uid));
            _awaited.Remove((account, uid), out awaited);
        }

        read.SetResult();
        awaited?.SetResult();
    }
}
