namespace SlurmBanking.Hooks.Sidecar;

/// <summary>A point in time that one whole call must not wait beyond.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan limit)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Milliseconds left, rounded up so that a wait never spins; 0 when none are.</summary>
    public int RemainingMs => (int)Math.Clamp(Math.Ceiling((limit - Elapsed).TotalMilliseconds), 0, int.MaxValue);

    /// <summary>Since the call began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);
}
