namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// Keeps Slurm from waiting again and again for a sidecar that hangs: after a failure that cost time it rests for 1 s,
/// doubling to 10 s, then lets one call try, with a short deadline for the hello. A failure that cost nothing (nobody listens, 0.1 ms)
/// leaves it closed, so that a restarted sidecar is asked again at once. Used under the link's lock.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>A failure that took less than this costs Slurm nothing worth protecting.</summary>
    public static readonly TimeSpan FreeOfCharge = TimeSpan.FromMilliseconds(5);

    /// <summary>How long the first rest lasts.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);

    /// <summary>How long a rest lasts at most.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    /// <summary>What a call that tries after a rest may wait for the hello's answer at most.</summary>
    public static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(50);

    private TimeSpan _rest;
    private long _restBegan;

    /// <summary>How often it opened, first rests and further ones.</summary>
    public ulong Openings { get; private set; }

    /// <summary>All rests together, those that are not over yet as a whole.</summary>
    public TimeSpan Rested { get; private set; }

    /// <summary>Whether nothing has been answered since it opened.</summary>
    public bool IsOpen => _rest > TimeSpan.Zero;

    /// <summary>Whether the sidecar must not be asked now.</summary>
    public bool IsResting => IsOpen && time.GetElapsedTime(_restBegan) < _rest;

    /// <summary>What a call may wait for a connection and the hello's answer.</summary>
    public TimeSpan Limit(TimeSpan deadline) => IsOpen && deadline > ProbeLimit ? ProbeLimit : deadline;

    public void Succeeded() => _rest = TimeSpan.Zero;

    /// <param name="failure">How the call failed.</param>
    /// <param name="cost">How long it took.</param>
    public void Failed(LinkFailure failure, TimeSpan cost)
    {
        if (cost < FreeOfCharge && failure is not (LinkFailure.TooLate or LinkFailure.Malformed))
        {
            return;
        }

        _rest = _rest == TimeSpan.Zero ? FirstRest : TimeSpan.FromTicks(Math.Min(_rest.Ticks * 2, LongestRest.Ticks));
        _restBegan = time.GetTimestamp();
        Openings++;
        Rested += _rest;
    }
}
